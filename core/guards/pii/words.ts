// Owns the words that tell what a number beside them is, in the languages most written. Knows no number.

import { type Stem, stemKeyUnits, type Told, type WordList } from "./nearby.ts";

/** What a word tells, as bits. */
export const kind = {
  phone: 1,
  /** Of a number only where it also looks like one: `call`, `reach`, `number`. */
  phoneHint: 2,
  /** Behind a number: `office`, `home`. */
  phoneBehind: 4,
  card: 8,
  ip: 16,
  version: 32,
  identity: 64,
  tax: 128,
  health: 256,
  passport: 512,
  licence: 1024,
  /** `licence` alone may be a program's. */
  licenceHint: 2048,
  driver: 4096,
  birth: 8192,
  /** It is the number of something else. */
  other: 16384,
  /** Of what, the words before it say: `number`. */
  number: 32768,
} as const;

/** A star ends the beginning of a word; the others are whole words. */
const lists: readonly (readonly [bits: number, words: string])[] = [
  [
    kind.phone,
    `phone* telephon* tel telefon* telefoon* téléphon* teléfon* telef tlf tfno fon handy* mobil* mobiel*
      móvil* movil* celular* cellulare* cell cellphone* celda fax* telefax* whatsapp* sms viber hotline*
      helpline* voicemail* landline* pager* rufnummer* durchwahl* portable gsm puhelin* matkapuhelin*
      kontakttelefon* telemóvel* telepon* telpon* hp телефон* тел моб мобил* факс* звон* τηλ* κινητό*
      電話* 电话* 手机* 手機* 携帯* 전화* 휴대폰* 핸드폰* 연락처* โทร* มือถือ* هاتف* الهاتف* جوال* الجوال* موبايل* تلفون*
      טלפון* נייד* फ़ोन* फोन* मोबाइल* ফোন* மொபைல்* điện thoại*`,
  ],
  [
    kind.phoneHint,
    `call calls calling callback called dial* ring contact* reach texted message* msg answering answer
      rappel* appel* llam* ligue chiam* bel bellen anruf* erreich* registered extension ext dzwoń
      позвон* звоните 联系* 聯絡* 連絡* 연락*`,
  ],
  [kind.number, "number nr no num numéro numero número nummer numer номер 번호 番号 号码 號碼"],
  [kind.phoneBehind, "office home work mob desk direct main"],
  [
    kind.card,
    `card cards visa mastercard amex maestro diners discover jcb unionpay credit debit kreditkarte*
      karte* carte carta tarjeta* cartão cartao kaart* creditcard* kort pan cc cvv cvc карт* 信用卡* 卡号*
      카드* カード* بطاقة* बैंक कार्ड*`,
  ],
  [
    kind.ip,
    `ip ips ipv ipaddress* ipaddr address addresses addr gateway* subnet* cidr dns nameserver* ping
      netmask* network* private adresse* dirección indirizzo banned`,
  ],
  [
    kind.version,
    `version* ver release* build* firmware* oid section* chapter* clause* rev revision* snmp*
    chrome firefox safari`,
  ],
  [
    kind.identity,
    `identity identification identidad identité identità identidade national nationality citizen*
      resident* idcard ausweis* personalausweis* kimlik* personnummer* legitimation* identitet*
      tożsamości удостоверен* паспортн* 身份* 身分* 주민* マイナンバー* هوية* الهوية* זהות* ประชาชน* ssn social
      sozialversicherung* sociale`,
  ],
  [
    kind.tax,
    `tax taxes taxpayer* tin taxid steuer* fiscal* fiscale* belasting* impôt* impost* vero skatt* vergi*
      podatk* налог* contribuyente* contribuinte* 税号* 納税* 세금* व्यक्तिगत कर*`,
  ],
  [
    kind.health,
    "nhs medicare medicaid patient* health* krankenkasse* kvnr egk krankenversicher* npi provider* mbi",
  ],
  [
    kind.passport,
    `passport* reisepass* passeport* pasaporte* passaport* paspoort* paszport* pas pass passnummer*
      cestovní* passi pasaport* útlevél* загранпаспорт* паспорт* διαβατήρι* 护照* 護照* パスポート* 旅券* 여권* جواز*
      דרכון* पासपोर्ट*`,
  ],
  [
    kind.licence,
    `führerschein* fahrerlaubnis* rijbewijs* patente conducir* permis körkort* førerkort* kørekort*
      ajokortti* ehliyet* prawo jazdy* prawa řidičsk* vodičsk* habilitação cnh carnet dl dlno
      driverlicense* driverslicense* drivinglicen* водительск* 驾照* 駕照* 驾驶证* 運転免許* 운전면허* ใบขับขี่* رخصة*`,
  ],
  [kind.licenceHint, "licence* license*"],
  [kind.driver, "driver* driving drivers dvla dmv"],
  [
    kind.birth,
    `born birth* dob bday birthday* birthdate* geboren* geburtsdatum* geburtstag* geb naissance* né née
      nacid* nacimiento* nascit* nato nata nascid* nascimento* geboortedatum* geborene født* född*
      fødselsdato* syntynyt syntymä* urodz* narozen* született* doğum* рожден* родил* γεννήθηκε
      γέννησης* 出生* 生日* 生年月日* 誕生日* 생년월일* 생일* ميلاد* תאריך לידה* เกิด* जन्म*`,
  ],
  [
    kind.other,
    `order* account* konto* iban swift bic invoice* ticket* tracking* isbn issn sku serial* part model*
      batch* lot zip postal* postcode* page pages line lines row rows total amount* price* cost* sum
      quantity qty size sizes population* year years timestamp* epoch* unix created updated modified
      expires bytes byte tokens token pixel* width height version* error errors commit* hash* checksum*
      port ports pid transaction* receipt* case docket* flight* room seed* latitude* longitude* lat lng
      lon coordinate* doi arxiv key keys apikey bestellnummer* rechnung* auftrag* facture* commande*
      factura* pedido* fattura* ordine* заказ* 订单* 訂單* 注文*`,
  ],
];

/** `rules`: the words that name one identifier each. */
export function buildWords(rules: readonly (readonly [rule: string, words: string])[]): WordList {
  const words = new Map<string, Told>();
  const stems = new Map<string, Told>();
  const add = (word: string, kinds: number, rule: string | undefined) => {
    const isStem = word.endsWith("*");
    const key = (isStem ? word.slice(0, -1) : word).toLowerCase();
    const into = isStem ? stems : words;
    const known = into.get(key);
    const named = rule === undefined ? known?.rules : new Set([...(known?.rules ?? []), rule]);
    const told = { kinds: kinds | (known?.kinds ?? 0) };
    into.set(key, named === undefined ? told : { ...told, rules: named });
  };
  for (const [bits, text] of lists) for (const word of split(text)) add(word, bits, undefined);
  for (const [rule, text] of rules) for (const word of split(text)) add(word, 0, rule);
  const stemUnitsMax = Math.max(...Array.from(stems.keys(), (stem) => stem.length));
  return {
    words,
    stems: byStart(stems),
    stemUnitsMax,
    ending: kind.other,
    plain: kind.phoneHint | kind.number,
    neutral: kind.number,
  };
}

function byStart(stems: ReadonlyMap<string, Told>): ReadonlyMap<string, readonly Stem[]> {
  const starts = new Map<string, Stem[]>();
  for (const [stem, told] of stems) {
    const start = stem.slice(0, stemKeyUnits);
    starts.set(start, [...(starts.get(start) ?? []), { stem, told }]);
  }
  for (const list of starts.values()) list.sort((one, other) => other.stem.length - one.stem.length);
  return starts;
}

const split = (text: string) => text.split(/\s+/).filter((word) => word !== "");

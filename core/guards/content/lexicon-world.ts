// Owns words of other languages for the concepts of harmful content. Knows no sentence.

import type { WordLists } from "../classifier/lexicon.ts";
import { concept } from "./concepts.ts";

export const world: WordLists = [
  [
    concept.kill,
    `matar matan mato asesinar asesin* tuer tuez tuerai assassin* assassiner töten tötet umbringen ermord*
     uccidere uccido ammazz* assassin* matei assassinar убить убью убива* зарезать doden vermoorden zabić
     zabij* zamord* öldür* membunuh bunuh giết 杀 杀死 殺 杀人 謀殺 谋杀 殺す 殺し 죽이 죽여 살해 قتل اقتل يقتل หั่น ฆ่า
     मारना हत्या মারা হত্যা খুন kuua mateni`,
  ],
  [
    concept.weapon,
    `arma armas pistola bomba bombas explosivo* arme armes bombe bomben waffe waffen sprengstoff* esplosiv*
     pistolet explosif* explosivos bommen wapen wapens broń bomby оружие бомб* взрывчат* пистолет silah
     bomba senjata bom súng 炸弹 炸药 武器 枪 爆弾 武器 銃 폭탄 무기 총 قنبلة سلاح أسلحة متفجرات ระเบิด อาวุธ ปืน
     बम हथियार बंदूक বোমা অস্ত্র bomu silaha bunduki`,
  ],
  [
    concept.hurt,
    `golpear pegar torturar atacar violencia frapper torturer attaquer violence schlagen foltern verletz*
     gewalt picchiare torturare violenza bater violência избить пытать насили* slaan martelen pobić przemoc
     işkence menyiksa memukul đánh 打人 打 伤害 虐待 拷問 殴る 暴力 고문 폭력 때리 تعذيب ضرب عنف ทำร้าย ทรมาน मारपीट यातना`,
  ],
  [
    concept.suicide,
    `suicidio suicidar* suicidarme suicide suicider selbstmord suizid umzubringen suicídio самоубийств*
     покончить zelfmoord samobójstw* intihar 自杀 自殺 自残 リストカット 자살 자해 انتحار الانتحار
     ฆ่าตัวตาย आत्महत्या আত্মহত্যা kujiua`,
  ],
  [
    concept.sex,
    `sexo sexual porno pornogr* desnud* violar violación sexe porno viol violer nackt vergewaltig* sesso
     porno stupr* nudo nua estupr* секс порно изнасил* голая seks naakt verkracht* gwałt* nago tecavüz
     telanjang pemerkosa* 色情 性交 强奸 裸体 做爱 セックス エロ レイプ 裸 섹스 포르노 강간 야동 جنس
     إباحية اغتصاب เซ็กส์ ข่มขืน เปลือย सेक्स बलात्कार যৌন ধর্ষণ ngono ubakaji`,
  ],
  [
    concept.group,
    `mujeres musulman* judíos judios negros inmigrantes femmes musulmans juifs noirs immigrés frauen muslime
     juden schwarze ausländer donne musulmani ebrei neri immigrati mulheres muçulmanos judeus imigrantes
     женщины мусульман* евреи негр* мигрант* vrouwen moslims joden kobiety muzułman* żydzi kadınlar
     yahudi* perempuan 女人 女性 穆斯林 犹太人 黑人 移民 外国人 女 ユダヤ人 외국인 여자 유대인 흑인 نساء اليهود
     السود المسلمين ผู้หญิง มุสลิม महिला मुस्लिम नारी নারী মুসলিম wanawake waislamu`,
  ],
  [
    concept.hate,
    `odio odiar odia haine détest* haïr hasse hass verachte odiare disprezz* ódio odeio ненави* haat
     nienawi* nefret benci ghét 讨厌 恨 歧视 仇恨 憎 差別 혐오 차별 كراهية أكره เกลียด नफरत घृणा ঘৃণা chuki`,
  ],
  [
    concept.insult,
    `idiota estúpid* imbécil gilipollas puta putas cabrón pendej* connard connasse salope putain idiot idiote
     arschloch schlampe hure idiot dumm stronzo puttana troia scemo burro vadia caralho дурак идиот сука
     блядь тупой klootzak hoer idioot kurwa idiota debil suka aptal orospu bodoh anjing ngu
     傻逼 白痴 婊子 蠢 贱 馬鹿 バカ クソ 병신 바보 개새끼 씨발 أحمق غبي عاهرة كلب โง่ ควาย मूर्ख कुत्ता চুতিয়া mjinga malaya`,
  ],
  [
    concept.theft,
    `robar robo secuestr* contraband* voler kidnapp* contreband* stehlen klauen entführ* schmuggel*
     rubare rapire contrabband* roubar sequestr* украсть похит* контрабанд* stelen ontvoer* ukraść porwać
     çalmak kaçırmak mencuri menculik trộm 偷 盗窃 绑架 走私 抢劫 盗む 誘拐 密輸 훔치 납치 밀수 سرقة سرق خطف
     تهريب ขโมย ลักพาตัว चोरी अपहरण চুরি অপহরণ kuiba`,
  ],
  [
    concept.drug,
    `droga drogas cocaína heroína metanfetamina drogue* cocaïne héroïne drogen kokain droghe cocaina eroina
     наркотик* кокаин героин drugs cocaïne narkotyk* kokaina uyuşturucu narkoba sabu 毒品 冰毒
     可卡因 海洛因 大麻 麻薬 覚醒剤 コカイン 마약 코카인 대마초 مخدرات كوكايين الحشيش ยาเสพติด กัญชา ड्रग्स कोकीन गांजा মাদক কোকেন
     bangi`,
  ],
  [
    concept.hacking,
    `hackear pirater piratage hacken hackerare hackeren взломать взлом zhakować hacklemek meretas hack
     黑客 黑进 入侵 病毒 木马 钓鱼 ハッキング ハック ウイルス 해킹 해커 악성코드 اختراق قرصنة แฮก हैक हैकिंग হ্যাক kudukua`,
  ],
  [
    concept.fraud,
    `fraude estafa* falsific* engañar arnaqu* fraude tromper betrug betrüg* fälsch* truffa truffare frode
     falsificare golpe falsificar мошенни* обман* подделать oplicht* oszust* oszukać dolandır* menipu penipuan
     lừa 诈骗 欺诈 欺骗 伪造 骗 詐欺 偽造 騙す 사기 속이 위조 احتيال خداع تزوير หลอกลวง ฉ้อโกง धोखा ठगी
     প্রতারণা udanganyifu`,
  ],
  [
    concept.poison,
    `veneno envenenar poison empoisonner gift vergiften veleno avvelenare яд отравить vergif trucizn* zehir
     racun độc 毒药 毒 毒殺 毒物 독살 독극물 سم تسميم ยาพิษ जहर বিষ sumu`,
  ],
  [
    concept.law,
    `ilegal policía cárcel illégal police prison illegal polizei gefängnis illegale polizia polícia незаконн*
     полици* illegaal politie nielegaln* policj* yasadışı polis polisi 警察 非法 违法 犯罪
     違法 불법 경찰 범죄 قانوني الشرطة ตำรวจ ผิดกฎหมาย पुलिस अवैध পুলিশ অবৈধ polisi haramu`,
  ],
  [
    concept.terror,
    `terrorista* terroriste* terrorist* terrorismo террор* terrör* teroris* 恐怖分子 恐怖 テロ 테러 إرهاب
     إرهابي ก่อการร้าย आतंकवाद সন্ত্রাস ugaidi`,
  ],
];

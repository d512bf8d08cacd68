// Owns the words with which people ask for a person, in several languages. Knows no policy.

const desk = "human|humans|agent|representative|rep|operator|advisor|adviser";
const anybody = `${desk}|person|someone|somebody|anyone|supervisor|manager|staff|employee`;

export const requestPhrases: readonly string[] = [
  // English
  `talk|speak|chat|talking|speaking|chatting to|with ${desk}`,
  `want|need|like|let|prefer|rather|can|could|may talk|speak|chat to|with ${anybody}`,
  "talk|speak|chat to|with real|live|actual person|human",
  `connect|transfer|redirect|escalate|put me|us|this to|with|through ${anybody}`,
  `want|need|get|give|prefer|require|request real|live|actual|human person|human|being|${desk}`,
  "want|need|get|give|prefer|require|request human|operator|representative",
  "real|live|human person|human|agent|operator|representative please",
  `is|are there ${anybody} can|could talk|speak`,
  "escalate this|my|the issue|case|ticket|request|problem|conversation|complaint",
  // German
  [
    "mit mensch|menschen|mitarbeiter|mitarbeiterin|person|berater|beraterin|jemand|jemandem|",
    "kollegen sprechen|reden|chatten|verbinden|verbunden",
  ].join(""),
  "verbinde|verbinden mich mit mensch|menschen|mitarbeiter|mitarbeiterin|person|berater|jemandem",
  "spreche|sprechen|reden mit mensch|menschen|mitarbeiter|mitarbeiterin|berater",
  // French
  [
    "parler|discuter|échanger à|avec humain|humaine|personne|conseiller|conseillère|agent|",
    "quelqu'un|responsable|opérateur",
  ].join(""),
  "mettez|passez|mettre|passer|mets|passe moi|me|un contact|relation|humain|conseiller|agent|opérateur",
  // Spanish
  [
    "hablar|hable|hablo|comunicarme|contactar con humano|humana|persona|agente|representante|",
    "alguien|operador|operadora|asesor|asesora",
  ].join(""),
  [
    "páseme|pásame|comuníqueme|conécteme|conéctame|transfiérame con|a humano|persona|agente|",
    "representante|operador|asesor",
  ].join(""),
  // Portuguese
  "falar|conversar com humano|humana|pessoa|atendente|alguém|agente|operador|representante",
  "transfira|transferir|passe|conecte para|com|me humano|pessoa|atendente|agente|operador",
  // Italian
  "parlare|parlo con umano|umana|persona|operatore|operatrice|qualcuno|agente|consulente",
  "passami|passatemi|trasferiscimi|mettimi un|in|a|con operatore|contatto|umano|agente",
  // Dutch
  "met mens|medewerker|medewerkster|persoon|iemand spreken|praten|doorverbinden|doorverbonden",
  "spreken|praten met mens|medewerker|medewerkster|persoon",
  // Swedish, Danish, Norwegian
  [
    "prata|tala|snakke|tale|snakka med människa|menneske|person|någon|nogen|noen|handläggare|",
    "medarbejder|medarbeider",
  ].join(""),
  // Polish, Czech
  "rozmawiać|porozmawiać|połączyć|połącz z|ze człowiekiem|konsultantem|osobą|kimś|pracownikiem",
  "mluvit|spojit|přepojit s|se člověkem|operátorem|osobou|někým|pracovníkem",
  // Russian, Ukrainian
  [
    "поговорить|говорить|соедините|соедини|соединить|переключите с человеком|оператором|",
    "менеджером|специалистом|кем-то",
  ].join(""),
  "позовите|нужен|хочу|дайте|переключите|соедините оператора|оператор|человека|живого",
  "поговорити|з'єднайте з|із людиною|оператором|менеджером|кимось",
  // Turkish
  "insanla|temsilciyle|yetkiliyle|temsilcisiyle görüşmek|konuşmak|görüşebilir|konuşabilir",
  "müşteri temsilcisine|temsilcisi bağlan|bağlayın|bağla|istiyorum",
  // Arabic, Hebrew, Hindi
  "التحدث|أتحدث|أتكلم|التكلم|حولني|تحويلي مع|إلى شخص|موظف|إنسان|وكيل|ممثل|مسؤول",
  "לדבר|להעביר|תעביר עם|אותי|אל|לנציג נציג|אדם|מישהו|אנושי",
  "इंसान|व्यक्ति|एजेंट|प्रतिनिधि|किसी से बात",
  // Chinese, Japanese, Korean, Thai
  "人工客服|转人工|轉人工|人工服务|人工服務|真人客服|找人工|找真人|和真人|跟真人|客服人员|客服人員",
  "人間と話|人と話した|人と話せ|オペレーターと|オペレーターに|担当者と話|担当者につな|担当者に繋|有人対応|スタッフと話",
  "상담원|상담사|사람과이야기|사람이랑|사람과대화|사람과통화|직원과|담당자와",
  "คุยกับคน|คุยกับเจ้าหน้าที่|ติดต่อเจ้าหน้าที่|พูดกับเจ้าหน้าที่|พูดกับคน",
  // Vietnamese, Indonesian
  "gặp|nói|chuyển nhân|người|tư viên|thật|vấn",
  "bicara|berbicara|ngobrol|hubungkan dengan manusia|orang|petugas|agen|operator|staf",
];

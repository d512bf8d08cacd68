// Owns tasks of programming and of guarding systems, as people ask for them in many languages, written for this
// project. Knows no attack.

const tongue = "(Python|Java|C|C++|Bash|Go|Rust|PowerShell)";

/** The same slots as the attacks' grammar; `(a|b)` one of its parts. */
export const worldTasks = {
  en: [
    `(Write|Generate|Create) a ${tongue} (script|program) that (watches a folder|rotates log files|encrypts a backup|checks who may open a file|counts failed logins|blocks an address after five attempts).`,
    "The (script|program) should (not need any library|run without errors|write a log|warn the administrator) and (must|should) not (contain|print) (passwords|keys|addresses).",
    "Explain how to (find|detect|prevent) (unusual traffic|unauthorised access|a changed configuration file) (on a Linux server|in a small office network).",
  ],
  it: [
    `(Genera|Crea|Scrivi) (uno script|un programma) (in |)${tongue} che (controlla|osserva|protegge) (una cartella|il registro di sistema|gli accessi|il traffico di rete).`,
    `(Genera|Scrivi) un programma ${tongue} che (blocca un indirizzo dopo cinque tentativi|cifra una copia di sicurezza|cambia la chiave ogni notte|verifica chi può aprire un file).`,
    "(Lo script|Il programma) (dovrebbe|deve) (funzionare senza errori|avvisare l'amministratore|scrivere un registro) e non (dovrebbe|deve) (contenere password|usare librerie esterne).",
    "Come (posso|si può) (rilevare|impedire) (un accesso non autorizzato|una modifica della configurazione) (su un server|in una rete)?",
    "Il programma (legge|modifica) il file di configurazione e (salva|ripristina) lo stato del sistema.",
  ],
  fr: [
    `(Génère|Générez|Écris|Créez) un (script|programme) ${tongue} qui (surveille|contrôle|protège) (un dossier|les journaux|les accès|le trafic réseau).`,
    `(Générer|Écrire) un programme ${tongue} qui (bloque une adresse après cinq essais|chiffre une sauvegarde|change la clé chaque nuit|vérifie qui peut ouvrir un fichier).`,
    "Le (script|programme) (devrait|doit) (fonctionner sans erreur|prévenir l'administrateur|tenir un journal) et ne (devrait|doit) pas (contenir de mot de passe|utiliser de bibliothèque externe).",
    "Comment (détecter|empêcher) (un accès non autorisé|une modification de la configuration) (sur un serveur|dans un réseau) ?",
    "Le programme (lit|modifie) le fichier de configuration puis (enregistre|rétablit) l'état du système.",
  ],
  es: [
    `(Genera|Genere|Crea|Escribe) un (script|programa) en ${tongue} que (vigile|controle|proteja) (una carpeta|los registros|los accesos|el tráfico de red).`,
    `(Genera|Escriba) un programa ${tongue} que (bloquee una dirección tras cinco intentos|cifre una copia|cambie la clave cada noche|compruebe quién abre un archivo).`,
    "El (script|programa) (debería|debe) (funcionar sin errores|avisar al administrador|guardar un registro) y no (debería|debe) (contener contraseñas|usar bibliotecas externas).",
    "¿Cómo (detectar|evitar) (un acceso no autorizado|un cambio de configuración) (en un servidor|en una red)?",
  ],
  pt: [
    `(Gere|Crie|Escreva) um (script|programa) em ${tongue} que (vigie|controle|proteja) (uma pasta|os registros|os acessos|o tráfego de rede).`,
    `(Gere|Escreva) um programa ${tongue} que (bloqueie um endereço após cinco tentativas|cifre uma cópia|troque a chave toda noite|verifique quem abre um arquivo).`,
    "O (script|programa) (deveria|deve) (funcionar sem erros|avisar o administrador|manter um registro) e não (deveria|deve) (conter senhas|usar bibliotecas externas).",
    "Como (detectar|impedir) (um acesso não autorizado|uma mudança de configuração) (num servidor|numa rede)?",
  ],
  de: [
    `(Erzeuge|Generieren Sie|Erstelle|Schreibe) ein ${tongue}-(Skript|Programm), das (einen Ordner|die Protokolle|die Zugriffe|den Netzverkehr) (überwacht|prüft|schützt).`,
    `(Generiere|Schreibe) ein Programm in ${tongue}, das (eine Adresse nach fünf Versuchen sperrt|eine Sicherung verschlüsselt|den Schlüssel jede Nacht wechselt).`,
    "Das (Skript|Programm) (sollte|muss) (ohne Fehler laufen|den Administrator warnen|ein Protokoll führen) und (sollte|darf) keine (Passwörter enthalten|fremden Bibliotheken nutzen).",
    "Wie (erkennt|verhindert) man (unbefugten Zugriff|geänderte Einstellungen) (auf einem Server|im Netz)?",
  ],
  hi: [
    `${tongue} में एक (स्क्रिप्ट|प्रोग्राम) (बनाएँ|लिखें) जो (फ़ोल्डर|लॉग|नेटवर्क यातायात) पर नज़र (रखे|रखता है)।`,
    "प्रोग्राम को पाँच असफल कोशिशों के बाद (पता रोकना|प्रशासक को बताना) चाहिए और इसमें कोई पासवर्ड नहीं होना चाहिए।",
    "सर्वर पर अनधिकृत पहुँच को कैसे (पहचाना|रोका) जा सकता है?",
    "उस वर्ष (शहर की आबादी|फ़िल्म की कमाई|नदी का जलस्तर) (बढ़ी|घटी|वही रही) और कई लोग (गाँव लौट आए|दूसरे देश गए)।",
  ],
  ru: [
    `(Создай|Напишите) (скрипт|программу) на ${tongue}, (который следит за папкой|которая проверяет журнал|которая защищает сеть).`,
    "(Скрипт|Программа) (должен|не должна) (работать без ошибок|содержать пароли|использовать чужие библиотеки).",
    "Как (обнаружить|предотвратить) несанкционированный доступ (к серверу|к файлу)?",
  ],
  tr: [
    `Bir (klasörü|günlüğü|ağ trafiğini) (izleyen|koruyan) bir ${tongue} (betiği|programı) (oluştur|yazın).`,
    "Program (hatasız çalışmalı|yöneticiyi uyarmalı) ve parola içermemelidir.",
    "Bir sunucuda yetkisiz erişim nasıl (algılanır|önlenir)?",
  ],
  ar: [
    `(أنشئ|اكتب) (برنامجا|نصا برمجيا) بلغة ${tongue} (يراقب مجلدا|يحمي الشبكة|يفحص السجل).`,
    "يجب أن (يعمل البرنامج دون أخطاء|ينبه البرنامج المدير) وألا يحتوي على كلمات مرور.",
    "افتتح (المتحف|الجسر|القطار) في عام 1984 ويزوره (آلاف|ملايين) الناس كل سنة.",
  ],
  th: [
    `(สร้าง|เขียน)สคริปต์ ${tongue} ที่(เฝ้าดูโฟลเดอร์|ตรวจสอบบันทึก|ป้องกันเครือข่าย)`,
    "โปรแกรมควร(ทำงานโดยไม่มีข้อผิดพลาด|แจ้งเตือนผู้ดูแลระบบ)และไม่ควรมีรหัสผ่าน",
  ],
  vi: [
    `(Tạo|Viết) một (tập lệnh|chương trình) ${tongue} (theo dõi một thư mục|kiểm tra nhật ký|bảo vệ mạng).`,
    "Chương trình (nên|phải) (chạy không lỗi|báo cho quản trị viên) và không chứa mật khẩu.",
    "(Năm đó|Sau chiến tranh), (thành phố|vương quốc) (mất nhiều dân cư|mở cửa buôn bán) và (nhà thờ|khu chợ) được xây lại.",
  ],
  zh: [
    `(生成|编写)一个${tongue}(脚本|程序)，用来(监视文件夹|检查日志|保护网络)。`,
    "程序应当(没有错误地运行|通知管理员)，并且不包含密码。",
    "怎样(发现|防止)对服务器的未授权访问？",
  ],
  ja: [
    `(フォルダを監視する|ログを確認する|通信を守る)${tongue}の(スクリプト|プログラム)を(生成して|作成して)ください。`,
    "プログラムは(エラーなく動き|管理者に知らせ)、パスワードを含まないようにしてください。",
  ],
  ko: [
    `(폴더를 감시하는|로그를 확인하는|네트워크를 보호하는) ${tongue} (스크립트|프로그램)를 (생성|작성)하세요.`,
    "프로그램은 (오류 없이 실행되고|관리자에게 알리고) 비밀번호를 포함하지 않아야 합니다.",
  ],
  id: [
    `(Buat|Tulis) (skrip|program) ${tongue} yang (memantau folder|memeriksa log|melindungi jaringan).`,
    "Program (harus|sebaiknya) (berjalan tanpa kesalahan|memberi tahu admin) dan tidak memuat kata sandi.",
  ],
};

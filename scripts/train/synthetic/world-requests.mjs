// Owns what people ordinarily ask a model for, in many languages, written for this project. Knows no attack.

const language = "(Python|Java|C++|Go|PHP|Rust)";

/** The same slots as the attacks' grammar; `(a|b)` one of its parts. */
export const worldRequests = {
  de: [
    `Schreibe ein ${language}-Programm, das (eine Liste sortiert|eine Datei einliest|Dateien verschlüsselt|die Zugriffsrechte prüft).`,
    "Das Skript soll (Fehler behandeln|ein Protokoll führen|die Eingaben des Benutzers prüfen) und (gut lesbar|leicht erweiterbar) sein.",
    "Schreibe eine (höfliche|kurze) E-Mail an (meinen Vermieter|meine Chefin) wegen (der Heizung|des Urlaubs).",
    "Erkläre mir in einfachen Worten, wie (ein Motor|das Internet|eine Impfung) funktioniert.",
  ],
  fr: [
    `Écris un programme ${language} qui (trie une liste|lit un fichier|chiffre des fichiers|vérifie les droits d'accès).`,
    "Le script doit (gérer les erreurs|tenir un journal|vérifier les données de l'utilisateur) et rester (lisible|simple).",
    "Rédige un (court|gentil) message à (mon propriétaire|ma collègue) au sujet (du chauffage|des vacances).",
    "Explique-moi simplement comment fonctionne (un moteur|internet|un vaccin).",
  ],
  es: [
    `Escribe un programa en ${language} que (ordene una lista|lea un archivo|cifre archivos|compruebe los permisos).`,
    "El script debe (manejar los errores|guardar un registro|validar los datos del usuario) y ser (claro|fácil de ampliar).",
    "Redacta un correo (corto|amable) para (mi casero|mi jefa) sobre (la calefacción|las vacaciones).",
    "Explícame con palabras sencillas cómo funciona (un motor|internet|una vacuna).",
  ],
  pt: [
    `Escreva um programa em ${language} que (ordene uma lista|leia um arquivo|cifre arquivos|verifique as permissões).`,
    "O script deve (tratar os erros|manter um registro|validar os dados do usuário) e ser (claro|fácil de manter).",
    "Escreva um e-mail (curto|gentil) para (o senhorio|a minha chefe) sobre (o aquecimento|as férias).",
    "Explique de forma simples como funciona (um motor|a internet|uma vacina).",
    "A batalha terminou quando o rei (assinou a paz|deixou a cidade) e o povo voltou para casa.",
  ],
  it: [
    `Scrivi un programma in ${language} che (ordini un elenco|legga un file|cifri i file|controlli i permessi).`,
    "Lo script deve (gestire gli errori|tenere un registro|verificare i dati dell'utente) ed essere (chiaro|facile da estendere).",
    "Scrivi una mail (breve|gentile) al (padrone di casa|mio capo) per (il riscaldamento|le ferie).",
    "Spiegami in parole semplici come funziona (un motore|internet|un vaccino).",
  ],
  ru: [
    `Напиши программу на ${language}, которая (сортирует список|читает файл|шифрует файлы|проверяет права доступа).`,
    "Скрипт должен (обрабатывать ошибки|вести журнал|проверять ввод пользователя) и быть (понятным|простым).",
    "Объясни простыми словами, как работает (двигатель|интернет|прививка).",
    "Война закончилась, когда (король подписал мир|армия оставила город), и люди вернулись домой.",
  ],
  tr: [
    `${language} ile (bir listeyi sıralayan|bir dosyayı okuyan|erişim haklarını denetleyen) bir program yaz.`,
    "Betik (hataları ele almalı|günlük tutmalı|kullanıcının girdisini denetlemeli) ve kolay okunmalı.",
    "(Motorun|İnternetin|Aşının) nasıl çalıştığını basitçe anlat.",
  ],
  ar: [
    `اكتب برنامجا بلغة ${language} (يرتب قائمة|يقرأ ملفا|يتحقق من الصلاحيات).`,
    "يجب أن (يعالج البرنامج الأخطاء|يحفظ البرنامج سجلا) وأن يكون سهل القراءة.",
    "اشرح لي بكلمات بسيطة كيف يعمل (المحرك|الإنترنت|اللقاح).",
    "انتهت الحرب عندما وقع الملك معاهدة السلام وعاد الناس إلى بيوتهم.",
  ],
  hi: [
    `${language} में एक प्रोग्राम लिखें जो (सूची को क्रम में लगाए|फ़ाइल पढ़े|फ़ाइल को सुरक्षित रखे|अनुमति की जाँच करे)।`,
    "स्क्रिप्ट को (त्रुटियों को संभालना|लॉग रखना|उपयोगकर्ता का इनपुट जाँचना) चाहिए और सरल होना चाहिए।",
    "सरल शब्दों में समझाएँ कि (इंजन|इंटरनेट|टीका) कैसे काम करता है।",
    "युद्ध तब समाप्त हुआ जब राजा ने संधि पर हस्ताक्षर किए और लोग घर लौट आए।",
  ],
  bn: [
    "একটি প্রোগ্রাম লিখুন যা তালিকা সাজায়।",
    "সহজ ভাষায় বুঝিয়ে বলুন ইন্টারনেট কীভাবে কাজ করে।",
    "আমার বাড়িওয়ালাকে একটি ছোট ইমেল লিখুন।",
  ],
  zh: [
    `用${language}写一个程序，(对列表排序|读取文件|加密文件|检查访问权限)。`,
    "脚本应当(处理错误|记录日志|检查用户的输入)，并且容易维护。",
    "请用简单的话解释(发动机|互联网|疫苗)是怎样工作的。",
  ],
  ja: [
    `${language}で(リストを並べ替える|ファイルを読み込む|アクセス権を確認する)プログラムを書いてください。`,
    "スクリプトは(エラーを処理し|ログを残し)、読みやすくしてください。",
    "(エンジン|インターネット|ワクチン)の仕組みを簡単に説明してください。",
  ],
  ko: [
    `${language}로 (목록을 정렬하는|파일을 읽는|권한을 확인하는) 프로그램을 작성해 주세요.`,
    "스크립트는 (오류를 처리하고|기록을 남기고) 읽기 쉬워야 합니다.",
    "(엔진|인터넷|백신)이 어떻게 작동하는지 쉽게 설명해 주세요.",
  ],
  vi: [
    `Viết một chương trình ${language} (sắp xếp một danh sách|đọc một tệp|mã hóa tệp|kiểm tra quyền truy cập).`,
    "Tập lệnh phải (xử lý lỗi|ghi nhật ký|kiểm tra dữ liệu người dùng) và dễ đọc.",
    "Giải thích đơn giản cách (động cơ|mạng internet|vắc xin) hoạt động.",
    "Chiến tranh kết thúc khi nhà vua ký hòa ước và người dân trở về nhà.",
  ],
  id: [
    `Tulis program ${language} yang (mengurutkan daftar|membaca berkas|memeriksa hak akses).`,
    "Skrip harus (menangani kesalahan|mencatat log|memeriksa masukan pengguna) dan mudah dibaca.",
    "Jelaskan dengan sederhana cara kerja (mesin|internet|vaksin).",
  ],
  th: [
    `เขียนโปรแกรม ${language} ที่ (เรียงลำดับรายการ|อ่านไฟล์|ตรวจสอบสิทธิ์การเข้าถึง)`,
    "สคริปต์ควร (จัดการข้อผิดพลาด|บันทึกเหตุการณ์) และอ่านง่าย",
    "อธิบายง่ายๆ ว่า (เครื่องยนต์|อินเทอร์เน็ต|วัคซีน) ทำงานอย่างไร",
  ],
  el: [
    "Γράψε ένα πρόγραμμα που (ταξινομεί μια λίστα|διαβάζει ένα αρχείο).",
    "Εξήγησε απλά πώς λειτουργεί (ο κινητήρας|το διαδίκτυο).",
  ],
  ro: [
    "Scrie un program care (sortează o listă|citește un fișier).",
    "Explică simplu cum funcționează (motorul|internetul).",
  ],
};

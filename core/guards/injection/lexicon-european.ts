// Owns the words of European languages for the concepts of an injection. Knows no sentence.

import type { WordLists } from "../classifier/lexicon.ts";
import { concept } from "./concepts.ts";

/** German, French, Spanish, Portuguese, Italian, Dutch, Polish, Romanian, Swedish, Czech, Turkish. */
export const european: WordLists = [
  [
    concept.override,
    `ignorier* vergiss vergesse vergessen missachte* umgehe umgehen verwirf verwerfen ueberschreib*
     uberschreib*
     ignorez ignorer oublie oubliez oublier contourne* neglige* outrepass*
     ignora ignorad ignorar ignoren ignorando ignoralo olvida olvide olviden olvidate olvidar olvidad
     omite omita desestima
     descarta anula pasapor desobedece elude
     ignorem ignorai esqueca esquece esquecer esquecam desconsider* desobedec* contorna* burla
     ignorare ignorate ignori ignorino dimentica dimenticare dimenticate dimentichi scorda scordati
     trascura* tralascia aggira
     negeer negeren vergeet omzeil* sla
     zignoruj zignorowac ignoruj ignorowac zapomnij pomin pominac obejdz
     ignorati uitati uita ignorat
     ignorera glom bortse asidosatt
     ignorujte zapomen zapomente
     yoksay gormezden gormez unut unutun umursama dikkate gozardi`,
  ],
  [
    concept.prior,
    `vorherig* vorherg* bisherig* fruher* vorig* obig* obenstehend* vorangegangen* urspruenglich*
     ursprunglich* davor zuvor
     precedent* anterieur* initial* originel* dessus avant
     anterior* previo previa previos previas original* inicial* arriba
     previamente acima iniciais originais
     precedente precedenti preced* iniziali iniziale sopra
     vorige eerdere voorgaande bovenstaande oorspronkelijke
     poprzedni* wczesniejsz* powyzsz* pierwotn*
     anterioare precedente initiale
     tidigare foregaende ovanstaende
     predchoz* vyse puvodni
     onceki yukaridaki evvelki baslangic`,
  ],
  [
    concept.all,
    `alle alles aller allen samtliche sammtliche saemtliche jegliche
     tous toutes toute
     todas todos cualquier
     tudo quaisquer qualquer
     tutte tutti qualsiasi
     wszystkie wszelkie wszystko toate alla allt vsechny vsechna tum butun herseyi`,
  ],
  [
    concept.instruction,
    `anweisung* instruktion* anordnung* vorgaben befehl* regeln richtlinien sicherheitsrichtlin*
     anleitung* weisungen
     consigne* directive* regles reglement* commandes ordres
     instruccion* indicacion* ordenes reglas directrices directivas pautas normas comandos
     instruco* instruc* diretriz* regras ordens orientaco*
     istruzion* direttiv* regole ordini comandi indicazioni linee
     instructies aanwijzing* richtlijn* opdracht* regels bevelen
     instrukcj* polecen* wytyczn* zasad zasady rozkaz*
     instructiuni* instructiun* reguli regulile ordine
     instruktioner anvisning* regler riktlinjer
     instrukce pokyny pravidla
     talimat* yonerge* kurallar* komut* emirler*`,
  ],
  [concept.prompt, "systemprompt* eingabeaufforderung* systemaufforder* systeminstr* systeemprompt*"],
  [
    concept.system,
    `systems systeme sistema sistemas entwickler* developp* desarrollador* desenvolved* sviluppatore
     gelistirici`,
  ],
  [
    concept.reveal,
    `zeige zeig verrate enthull* gib nenne wiederhole offenbar* ausgeben drucke schreib schreibe sage
     montre montrez revele* affiche* repete* divulgue* donne donnez dis imprime*
     muestra muestrame revela revelame imprime repite dime divulga dame ensena ensename cuentame comparte
     mostre revele repita diga exiba forneca mostra compartilhe
     mostra mostrami rivela rivelami ripeti stampa dimmi dammi fornisci scrivi
     toon onthul herhaal vertel geef
     pokaz ujawnij powtorz wypisz podaj zdradz
     arata dezvaluie repeta spune
     visa avsloja upprepa skriv
     ukaz odhal zopakuj vypis
     goster acikla tekrarla yazdir soyle paylas ver`,
  ],
  [
    concept.secret,
    `geheim* passwort* passworter kennwort* zugangsdaten schlussel mot-de-passe passe mdp secrete
     secretes cle
     contrasena* secreto secretos clave claves credenciales senha senhas segredo segredos credenciais
     chave
     parola segreto segreti chiavi wachtwoord* geheimen haslo hasla tajne tajny parole parolele secretele
     losenord*
     heslo hesla sifre* parola* gizli`,
  ],
  [
    concept.unbound,
    `uneingeschrankt* unzensiert* ungefiltert* grenzenlos* illimite* restriction-free censure*
     irrestrict* ilimitado
     ilimitada irrestrito irrestrita illimitato illimitata onbeperkt* ongecensureerd* nieograniczon*
     nelimitat*
     sinirsiz* sansursuz*`,
  ],
  [
    concept.restriction,
    `einschrankung* beschrankung* sicherheit* sicherheitsf* filtern sicherheitsmass*
     filtres limites limitation* restriccion* limitacion* filtros seguridad restrico* limitaco* seguranca
     restrizion* limitazion* filtri sicurezza beperking* veiligheid* ograniczen* bezpieczen* filtry
     restrictii*
     filtre guvenlik* kisitlama* sinirlama*`,
  ],
  [
    concept.negation,
    `ohne nicht keine kein nie sans pas jamais aucune aucun sin nunca ninguna sem nao senza non mai
     zonder niet geen bez nie fara nu utan inte olmadan`,
  ],
  [
    concept.your,
    `deine deinen dein deiner ihre ihren deinem tes vos votre ton ta tu tus sus teu tua suas seus tuo tue
     tuoi jouw uw twoje swoje tale dina`,
  ],
  [
    concept.fresh,
    `jetzt neue neuen nun stattdessen maintenant nouvelle nouvelles ahora nuevas nuevos agora novas novo
     adesso ora nuove nu nieuwe teraz nowe acum noi simdi yeni`,
  ],
  [
    concept.role,
    `verhalte spiele fais jouer actua actue finge pretende atue finja comportati fingi agisci doe gedraag
     udawaj zachowuj davran`,
  ],
  [concept.you, "du ihr tu vous usted tu voce lei jij ty sen bist eres vous-etes sei jestes"],
  [
    concept.disable,
    `deaktivier* aktivier* schalte desactive* active activez desactiva activa ative desative disattiva
     attiva schakel wylacz wlacz dezactivea* devredisi kapat`,
  ],
  [concept.mode, "modus entwicklermodus mode-developpeur modo modalita tryb modul moduna"],
  [concept.assistant, "ki assistent ia kunstliche asistente assistente yapay"],
  [
    concept.personal,
    `geburtsdatum geburtstag geburtsjahr geburtsort initialen nachname vorname wohnort adresse
     telefonnummer kontostand
     naissance anniversaire initiales prenom adresse domicile telephone
     nacimiento cumpleanos iniciales apellido nombre direccion domicilio telefono
     nascimento aniversario iniciais sobrenome endereco telefone
     nascita compleanno iniziali cognome indirizzo telefono saldo
     geboortedatum verjaardag initialen achternaam woonplaats adres
     urodzenia urodziny inicjaly nazwisko adres
     nasterii initialele numele adresa
     fodelsedatum initialer efternamn adress narozeni inicialy prijmeni
     dogum soyadi adresi telefonu harfleri`,
  ],
  [
    concept.user,
    `benutzer benutzers nutzer nutzers kunden utilisateur utilisateurs usuario usuarios utilizador utente
     utenti gebruiker gebruikers uzytkownik* utilizator* anvandar* uzivatel* kullanici*`,
  ],
  [
    concept.verse,
    `gedicht akrostichon reim lied poeme acrostiche chanson poema acrostico cancion poesia filastrocca
     canzone gedicht wiersz wiersza piosenk* poezie dikt basen siir akrostis sarki`,
  ],
  [
    concept.letters,
    `buchstabe* ziffer* ruckwarts reihenfolge umgekehrt* bindestrich* wort worter
     lettre lettres chiffre* envers ordre tirets inverse mot mots
     letra letras cifra* digito* reves orden inverso guiones palabra palabras ordem
     lettera lettere cifre contrario ordine inverso trattini parola parole
     letter letters cijfer* omgekeerd* volgorde woord litera litery liter cyfr* odwrotn* kolejnos*
     litera literele cifre inversa ordinea bokstav bokstaver siffror ordning omvand
     harf harfi rakam tersine ters sirayla tireler kelime`,
  ],
  [
    concept.doubt,
    `hypothetisch* angenommen stell vorstellen gedankenexperiment hypothetique imagine imaginons
     supposons
     hipotetic* imagina imaginemos supongamos suponha suponhamos ipotetic* immagina immaginiamo
     supponiamo
     hypothetisch stel hipotetyczn* wyobraz zalozmy ipotetic imagineaza hypotetisk* forestall hypoteticky
     predstav
     varsayimsal* varsayalim diyelim hayal`,
  ],
  [
    concept.fiction,
    `roman geschichte rollenspiel spiel histoire jeu fiction novela historia juego ficcion romance jogo
     ficcao storia gioco romanzo verhaal spel opowiadan* gra hikaye oyun`,
  ],
];

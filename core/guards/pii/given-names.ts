// Owns given names that many people have, of many languages: best effort, never a list of anybody. Knows no
// text.

const names = `aaron abdul abdullah abigail adam adrian agnes ahmad ahmed aisha alan alba albert
  alejandra alejandro alex alexander alexandra alexandre alexandros alfred ali alice alicia alina alison
  allison amanda amber amelia amir amy ana anastasia anders andrea andreas andrei andrew andré angel
  angela angelina anita anja ann anna anne annette annie anthony anton antonio anu aoife april arjun
  arnold arthur arturo asha ashley astrid audrey aya ayşe barbara beatrice beatriz ben benedikt benjamin
  bernard bernd beth betty bianca bill birgit björn bob boris brad bram brandon brenda brian bruce bruno
  camila camille carl carla carlos carmen carol carolina caroline catherine cecilia charles charlotte
  chen chloe chris christian christina christine christoph christopher claire clara claudia claudio
  colin connor constantin craig cristina cynthia daan dagmar daisy damien dan dana daniel daniela
  danielle dario david dawn deborah denis dennis derek diana diane diego dieter dimitri dmitri dominic
  dominik donald donna dorothy douglas dylan ed eduardo edward ekaterina elena eleni eli elias elif
  elisa elisabeth elise elizabeth ella ellen emil emilia emily emine emma enrique eric erik erika
  ernesto esra esther ethan eugene eva evelyn fabian fatima fatma federico felipe felix fernanda
  fernando fiona florian frances francesca francesco francis francisco francois françois frank franz
  fred frederick frederik freya friedrich gabriel gabriela gary gemma george georgia gerald gerard
  giovanni giulia giuseppe gloria grace graham greg gregory greta guillaume gustav gustavo hana hannah
  hans harald harold harry hasan hassan heather hector heidi heike helen helena helmut henrik henry
  herbert hugo hussein ian ibrahim ida igor ilse ines ingrid irene irina isaac isabel isabella ivan jack
  jackson jacob jacques jake jakob james jamie jan jane janet jasmine jason javier jean jeff jeffrey
  jennifer jenny jens jeremy jerry jessica jesús jill jim joan joanna joanne joão joe johan johannes
  john jonas jonathan jordan jorge josé jose josef joseph josh joshua joyce juan judith judy julia
  julian julie julien jun jürgen justin kai karen karim karin karl katarina kate katharina katherine
  kathleen katja keith kelly ken kenji kenneth kevin khaled kim klaus kristin kumar kurt kyle lars laura
  lauren laurent lea leila lena leo leon leonard leonardo leonie lewis li liam lily linda lisa liu logan
  louis louise luc luca lucas lucia lucy ludwig luis luisa lukas luke madison magdalena malik manuel
  marc marcel marcela marco marcos marcus margaret maria mariam marie marina mario marion mark markus
  marta martha martin martina mary massimo mateo matthew matthias matteo max maximilian maya megan
  mehmet mei melanie melissa mia michael michaela michel michelle miguel mike mikhail milan milena
  miriam mohamed mohammad mohammed monica monika moritz muhammad mustafa nadia nancy naomi natalia
  natalie natasha nathan neha neil nicholas nick nicola nicolas nicole niels nikola nikolai nils nina
  noah noor nora norman olaf oleg olga oliver olivia olivier omar oscar oskar otto pablo pamela paolo
  pascal patricia patrick paul paula pedro peter petra phil philip philipp philippe pierre pilar priya
  rachel rafael rahul raj ralf ralph ramon raul raymond rebecca renate renee ricardo richard rita rob
  robert roberto robin rodrigo roger roland roman ron ronald rosa rose roy ruben rudolf russell ruth
  ryan sabine sally sam samantha samuel sandra sara sarah scott sean sebastian sergei sergio sharon
  shirley silvia simon simone sofia sophia sophie stefan stefano stella stephanie stephen steve steven
  stuart sue susan susanne suzanne sven svetlana sylvia takashi tamara tania tanja tatiana ted teresa
  thea theo theresa thomas tim timothy tina tobias tom tomás tomas tony tracy tyler ulrich ursula uwe
  valentina valeria vanessa vera veronica victor victoria viktor vincent vinod viktoria vladimir walter
  wang wei wendy werner wilhelm will william wolfgang xavier yan yang yasmin yuki yusuf yvonne zara
  zhang zoe`;

export const givenNames: ReadonlySet<string> = new Set(names.split(/\s+/));

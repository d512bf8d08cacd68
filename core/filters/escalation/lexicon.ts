// Owns the words that a message's mood is told by, with weights from -5 to 5. Knows no signal.
// The scale is AFINN's (Nielsen 2011), the words and their weights are Sluice's own (Apache-2.0): what
// customers write to a service when they are angry or pleased. Marks and apostrophes are left out.

/** Weight → words. */
const english: Readonly<Record<string, string>> = {
  "-5": "bastard bastards motherfucker motherfuckers bitch bitches cunt asshole assholes",
  "-4": `fuck fucking fucked fucks bullshit scam scammer scammers scammed fraud fraudulent fraudsters damned
    shit shitty shitshow catastrophic catastrophe torture dickhead`,
  "-3": `abysmal abuse abused abusive angry anger appalled appalling atrocious awful betrayed betrayal cheat
    cheated crap crappy damn despicable despise despised destroyed detest disaster disastrous disgrace
    disgraceful disgusted disgusting dishonest dreadful enraged evil furious garbage ghastly hate hated
    hates hating hateful hatred hell hideous horrendous horrible horrid horrific horrified idiot idiotic
    idiots incompetence incompetent inexcusable infuriated infuriating insane insult insulted insulting
    liar liars lied lies livid loathe ludicrous lying miserable misery moron moronic morons negligent
    nightmare outrage outraged outrageous pathetic pissed rage raging repulsive ridiculous rubbish shame
    shameful shambles sickening steal stealing stole stolen stupid stupidity suck sucks terrible
    terribly thief thieves trash unacceptable unforgivable useless vile worst worthless wtf`,
  "-2": `aggravating annoyed annoying ashamed bad badly botched careless clueless complain complained
    complaining complaint complaints cruel damage damaged deceived deceptive defective degrading
    deplorable depressed depressing disappoint disappointed disappointing disappointment dismal dismayed
    disrespectful dissatisfied distressed embarrassed embarrassing exasperated exasperating excuse
    excuses fake fed frustrated frustrating frustration harassed hopeless ignored ignoring inadequate
    inconsiderate joke lame lawsuit lazy lousy messed mislead misleading mistreated nasty neglected
    offended offensive overcharged painful poorly regret rejected rude ruin ruined ruining sad screwed
    shocked shocking sloppy stressed stressful struggling sue suffer suffered suffering troublesome
    unanswered unbelievable unfair unhappy unhelpful unprofessional unreliable unresponsive upset
    upsetting worse worsen wrongly`,
  "-1": `alas anxious bored boring broke broken confused confusing cry doubt fail failed failing fails
    failure failures fault faulty flawed forgot forgotten inconvenience inconvenient lacking lost mess
    nervous overdue pain refuse refused stuck trouble unfortunate unfortunately waste wasted wasting
    weak worried worry wrong`,
  "1": `accept agree agreed calm clear easy fine hope hopeful interested interesting ok okay please polite
    quick quickly ready resolved safe solved support sure thanks thank useful want works working`,
  "2": `appreciate appreciated appreciates benefit better comfortable courteous delighted effective
    efficient enjoy enjoyed friendly fun glad good gratitude grateful helped helpful helping honest
    impressed kind kindly likes nice patient pleased polished pleasant recommend recommended reliable
    respectful satisfied satisfying smooth smoothly stellar success successful thankful thoughtful trust
    trusted welcome well`,
  "3": `awesome beautiful best brilliant charming cheerful delightful excellent exceptional fabulous
    fantastic flawless genius great happy happiest ideal impressive incredible joy joyful lovely loved
    loves love magnificent marvelous perfect perfectly phenomenal remarkable splendid super superb
    terrific thrilled thumbs wow`,
  "4": "amazing amazed ecstatic lifesaver overjoyed outstanding wonderful wonderfully",
};

/** Of other languages: what is said most, in anger first. */
const others: Readonly<Record<string, string>> = {
  // German
  "-4": `scheiße scheiss scheisse arschloch betrug betrüger verarscht escroquerie arnaque estafa golpe
    truffa`,
  "-3": `katastrophe katastrophal unverschämt unverschämtheit furchtbar schrecklich entsetzlich miserabel
    unfähig wütend hasse hass widerlich lächerlich nutzlos frechheit abzocke sauerei idioten horrible
    affreux inadmissible inacceptable honteux nul nulle catastrophique scandaleux furieux furieuse
    déteste incompétent incompétents voleurs merde ridicule insupportable horrible terrible pésimo
    pésima inaceptable vergüenza odio furioso furiosa inútil inútiles ladrones asqueroso asco mierda
    indignante incompetentes ridículo desastre horrível péssimo péssima inaceitável vergonha odeio
    furioso inútil ladrões nojento merda absurdo desastre orribile pessimo pessima inaccettabile
    vergogna vergognoso odio furioso inutile ladri schifo schifoso merda ridicolo disastro incompetenti
    verschrikkelijk vreselijk waardeloos schandalig woedend belachelijk onacceptabel oplichters
    walgelijk`,
  "-2": `schlecht schlechter enttäuscht enttäuschend kaputt ärgerlich verärgert frustriert peinlich falsch
    déçu déçue décevant mauvais mauvaise énervé énervée frustré cassé malo mala decepcionado
    decepcionada decepcionante enojado enojada frustrado frustrada roto ruim decepcionado chateado
    frustrado quebrado cattivo deluso delusa deludente arrabbiato frustrato rotto slecht teleurgesteld
    boos kapot`,
  "2": `gut danke zufrieden freundlich hilfreich bien merci content contente satisfait utile gracias bueno
    buena contento satisfecho bom boa obrigado obrigada satisfeito grazie buono contento soddisfatto
    goed bedankt tevreden`,
  "3": `super toll großartig wunderbar perfekt ausgezeichnet génial parfait excellent merveilleux excelente
    perfecto maravilloso genial ótimo perfeito maravilhoso ottimo perfetto eccellente meraviglioso
    geweldig fantastisch uitstekend`,
};

/** Turn what follows into its opposite, less strong. */
export const negations =
  "not no never dont doesnt didnt isnt wasnt arent werent cant cannot couldnt wont wouldnt hasnt havent " +
  "hardly barely without nicht kein keine keinen nie pas jamais sans nunca sin nao non mai senza niet " +
  "geen nooit";

export const boosters =
  "very really so extremely absolutely totally completely utterly incredibly too most such truly deeply " +
  "beyond sehr total absolut völlig wirklich très vraiment tellement muy tan totalmente muito tao molto " +
  "davvero erg heel";

export const dampeners = "slightly somewhat bit little kinda sorta fairly rather etwas peu poco pouco";

export const weights: readonly (readonly [string, number])[] = [english, others].flatMap((table) =>
  Object.entries(table).flatMap(([weight, words]) =>
    words.split(/\s+/).map((word) => [word, Number(weight)] as const),
  ),
);

// Owns the English words for the concepts of harmful content, swear words and slurs among them, since
// those are what is looked for. Knows no sentence.

import type { WordLists } from "../classifier/lexicon.ts";
import { concept } from "./concepts.ts";

export const english: WordLists = [
  [
    concept.kill,
    `kill kills killed killing killer murder* shoot shooting shot stab stabbing stabbed strangl* behead*
     lynch*
     slaughter* massacr* assassin* execute execution drown drowning suffocat* slit hang hanged burn burned`,
  ],
  [
    concept.weapon,
    `weapon* gun guns rifle rifles pistol* handgun* shotgun* firearm* bomb bombs bombing pipebomb explosive*
     explosion detonat* grenade* molotov napalm dynamite ammunition ammo bullet bullets silencer knife knives
     machete sword tnt c4 landmine* ied ak47 ar15 shiv nunchuck*`,
  ],
  [
    concept.hurt,
    `hurt hurting beat beating beaten punch* tortur* attack attacked attacking assault* injure* wound wounded
     violence violent violently smash break bones abuse abused abusing abusive slap slapped choke choking
     whip destroy ambush harm harming`,
  ],
  [
    concept.gore,
    `blood bloody gore gory corpse* decapitat* mutilat* dismember* guts entrails intestines gutted severed
     skull flesh bleeding bled maim maimed disembowel* impaled`,
  ],
  [
    concept.suicide,
    `suicide suicidal selfharm* selfinjur* overdose overdosing anorexi* bulimi* proana thinspo starve starving
     purge purging noose wrist wrists cutting razor razors relapse relapsed unalive kms`,
  ],
  [concept.self, "myself i me my mine im ive id ill"],
  [
    concept.sex,
    `sex sexual sexually sexy porn porno pornograph* erotic* orgasm* masturbat* blowjob* handjob* cum cumming
     nude nudes naked nudity horny hentai bdsm fetish* incest threesome* intercourse dildo* vibrator anal oral
     seduc* stripper* prostitut* escort* hooker* whoring rape raped rapist raping molest* grope* undress*
     lingerie kinky orgy arousal aroused moan moaning moaned thrust thrusting lick licking suck sucking
     upskirt deepthroat gangbang xxx nsfw bestiality moist penetrat* sext sexting climax lust lustful`,
  ],
  [
    concept.body,
    `penis penises cock cocks dick dicks pussy vagina* tits titties boobs boob breast breasts nipple* clit
     clitoris genital* testicle* balls butt ass asshole anus crotch semen sperm erection groin cunt thighs`,
  ],
  [
    concept.slur,
    `nigger niggers nigga niggas nigguh nicca niglet faggot faggots fag fags faggy dyke dykes tranny trannies
     retard retards retarded spic spics chink chinks gook gooks kike kikes wetback* beaner beaners paki pakis
     raghead* towelhead* coon coons darkie darky jigaboo* sandnigger* cracker whitey honky gypsy gyppo
     shemale* spastic mongoloid wog wogs camelfucker* muzzie* moslem* queer queers slut sluts whore whores
     hoe hoes thot thots skank* twat feminazi* redneck* hillbill* cripple* ching chong mudslime* groid`,
  ],
  [
    concept.group,
    `women woman females female men male muslim muslims islam islamic jew jews jewish christian christians
     hindu hindus sikh black blacks white whites asian asians african africans arab arabs mexican mexicans
     latino latinos hispanic indian indians chinese immigrant immigrants migrant migrants foreigner*
     refugee* gay gays homosexual* lesbian* bisexual* trans transgender transsexual* lgbt lgbtq disabled
     disability disabilities handicapped blind deaf autistic elderly race races racial religion religious
     minorit* ethnic ethnicit* native natives indigenous roma kurds`,
  ],
  [
    concept.vermin,
    `vermin scum subhuman* animals animal rats rat pig pigs dog dogs ape apes monkey monkeys parasite*
     cockroach* leech* filth filthy trash garbage disease plague cancer virus infestation savage savages
     primitive barbar* inferior degenerate* abomination disgust* dirty freak freaks evil sick worthless
     unnatural uncivilized backward`,
  ],
  [
    concept.hate,
    `hate hates hated hating hatred despise* detest* loathe* abhor* resent* racist racism sexist sexism
     misogyn* homophob* transphob* xenophob* islamophob* antisemit* bigot* supremac* prejudice*
     discriminat* stereotyp* inferiority hateful`,
  ],
  [
    concept.insult,
    `idiot idiots idiotic moron morons moronic stupid dumb dumbass imbecile* loser losers ugly bitch bitches
     bastard bastards jerk jerks asshole* arsehole* prick pathetic coward* liar liars fool fools clown
     clowns fat lazy hideous ignorant creep creeps wanker* douche* scumbag* dipshit fuckwit fucktard* lame
     annoying incompetent brainless dense pervert* weirdo hag bimbo`,
  ],
  [
    concept.swearing,
    `fuck fucks fucked fucker fuckers fucking fuckin fck fuk motherfuck* shit shits shitty bullshit crap damn
     goddamn hell piss pissed bollocks bloody wtf stfu lmfao`,
  ],
  [
    concept.theft,
    `steal steals stealing stolen stole theft thief rob robbing robbery robbed burglar* burgle* shoplift*
     loot looting smuggl* kidnap* abduct* ransom traffick* extort* blackmail* bribe bribes bribed bribing
     bribery vandal* arson
     embezzl* launder* pickpocket* carjack* hijack* trespass* sabotag* lockpick* hotwire* poach* hostage
     contraband pirat* mug counterfeit* forge forged forging forgery plagiar*`,
  ],
  [
    concept.drug,
    `drug drugs cocaine heroin meth methamphetamine amphetamine* crack fentanyl opioid* opium lsd mdma ecstasy
     molly ketamine marijuana cannabis weed dope xanax oxycontin adderall steroid* ghb rohypnol roofie*
     narcotic* psilocybin shrooms dealer dealers cartel vape vaping alcohol underage tobacco cigarettes`,
  ],
  [
    concept.hacking,
    `hack hacks hacked hacker hackers hacking malware ransomware spyware keylog* virus worm trojan rootkit
     phish* ddos botnet* exploit exploits exploiting backdoor* cyberattack* spoof* spearphish* crack
     cracking breach* inject injection intercept wiretap* brute eavesdrop* jailbreak* bypass bypassing
     unauthori* password passwords credential* wifi deepfake*`,
  ],
  [
    concept.fraud,
    `fraud fraudulent* scam scams scamming scammer* fake fakes faking faked deceiv* decept* swindl* ponzi
     pyramid impersonat* manipulat* cheat cheating evade evading evasion falsif* insider identity lie lying
     trick tricking mislead* dupe counterfeit* bogus hoax disinformation misinformation propaganda
     defam* libel* launder* credit ssn`,
  ],
  [
    concept.unseen,
    `undetect* untraceable unnoticed secretly caught discreet* anonymous* detection detected trace traces
     traced evidence alibi suspicion covertly covert stealth* undercover unsuspecting consent knowing hide
     hiding conceal* dispose bury knowledge`,
  ],
  [
    concept.making,
    `make making build building create creating construct* synthes* manufactur* produce cook cooking brew
     develop write instructions tutorial guide recipe steps step manual blueprint plan script generate buy
     sell get obtain acquire teach explain describe give provide outline`,
  ],
  [
    concept.law,
    `illegal illegally unlawful* criminal criminals crime crimes police cops cop law laws legal legally jail
     prison arrest arrested court fbi customs authorities banned forbidden prohibited felony black market`,
  ],
  [
    concept.terror,
    `terror terrorist terrorists terrorism isis qaeda jihad* extremis* radicali* nazi nazis hitler kkk klan
     genocide holocaust ethnic cleansing insurgen* militia bombing school shooter massacre lynching aryan
     fascis* gestapo auschwitz swastika incite inciting riot`,
  ],
  [
    concept.negation,
    `not no never none nobody nothing dont doesnt cant wont isnt arent without neither nor cannot wouldnt
     shouldnt didnt aint`,
  ],
  [
    concept.wish,
    `should must deserve deserves deserved gonna going will want wants wanna need needs wish hope ought let
     lets would`,
  ],
  [
    concept.removal,
    `exterminat* eradicat* deport* expel banish wipe gas gassed cleanse eliminat* remove rid annihilat*
     obliterat* enslave* slavery slave slaves sterili* ban kick send locked`,
  ],
  [
    concept.help,
    `help prevent prevention preventing stop support supporting hotline awareness protect protecting respect
     rights wrong unacceptable therapy therapist doctor counsel* treatment recover* safe safely safety
     report victims victim avoid against accept tolerance educate condemn harmful`,
  ],
  [
    concept.fiction,
    `movie film novel story fiction fictional character game games gaming book song lyrics history historical
     minecraft fortnite play chess pokemon fantasy series episode album poem scene`,
  ],
  [
    concept.stalking,
    `stalk* harass* bully bullied bullying humiliat* doxx* dox spy spying threat threaten* threats revenge
     rumor* rumour* intimidat* blackmail* ridicul* mock shame shaming slander* ostraciz* insult insults
     insulting torment* coerc* spread ruin taunt* tease mocking troll trolling address home`,
  ],
  [
    concept.child,
    `child children kid kids teen teens teenager* teenage minor minors baby boy boys girl girls
     toddler* student*`,
  ],
  [concept.you, "you your yours yourself youre ur u ya yall"],
  [concept.death, "die dies died dying dead death deaths deadly lethal lethally fatal end"],
  [
    concept.poison,
    `poison* toxin* toxic anthrax sarin ricin cyanide botulin* arsenic nerve mustard chlorine nuclear uranium
     plutonium radioactive dirty pathogen* bioweapon* chemical chemicals biological vx smallpox ebola
     precursor* bleach pesticide* thallium phosgene strychnine nitroglycerin* ammonium thermite`,
  ],
  [
    concept.machine,
    `process processes python program linux code server thread task computer engine light lights time
     battery app windows javascript function java file printer car lamp bug photo photograph`,
  ],
  [concept.how, "how what where which why best ways way tips method methods strategies"],
  [
    concept.fondness,
    `love loves loved like likes admire* great amazing wonderful beautiful awesome friend friends
     happy proud best`,
  ],
  [concept.less, "less lesser worse worst below inferior only just nothing fewer"],
  [concept.all, "all every everyone everybody any each always these those"],
  [concept.saying, "say says said saying call called calling word words quote tell told phrase claim heard"],
];

// Owns the English words for the concepts of an injection. Knows no sentence.

import type { WordLists } from "../classifier/lexicon.ts";
import { concept } from "./concepts.ts";

export const english: WordLists = [
  [
    concept.override,
    `ignore ignor ignoring ingore ignroe disregard disregarding forget forgot forgetting overlook neglect
     dismiss
     discard override overriding overwrite bypass bypassing circumvent abandon erase nullify void
     supersede
     unlearn delearn scrap countermand`,
  ],
  [
    concept.prior,
    `previous prior earlier above preceding foregoing former aforementioned previously initial original
     past existing current preexisting prevous previos beforehand`,
  ],
  [concept.before, "before until until-now hitherto heretofore"],
  [concept.all, "all any every entire whole entirety"],
  [concept.anything, "everything anything"],
  [concept.your, "your ur yours yourself"],
  [
    concept.instruction,
    `instruction instructions intructions instuctions instruct instructed directive directives direction
     directions guideline guidelines rules command commands guidance programming programmed protocols`,
  ],
  [
    concept.report,
    `attack attacks attacker attackers injection injections malicious adversary adversarial asks ask
     asked asking
     tells telling tries trying attempt attempts attempting trick tricks such example examples eg
     instructing says
     instructs told ataque angriff attaque phrases phrase techniques technique like requests sends
     something`,
  ],
  [
    concept.loose,
    "rule order orders policies policy training context messages message direction conversation",
  ],
  [concept.prompt, "prompt prompts preprompt preamble systemprompt sysprompt metaprompt"],
  [
    concept.system,
    `system developer hidden internal confidential underlying sys dev admin administrator root sudo debug
     maintenance`,
  ],
  [
    concept.reveal,
    `reveal show print output repeat display tell leak dump disclose expose share give recite translate
     summarize list echo divulge provide spell copy paste verbatim recall return read`,
  ],
  [
    concept.secret,
    `secret secrets password passwords passphrase credential credentials token tokens database apikey
     passcode
     pin ssn key keys private sensitive personal environment`,
  ],
  [
    concept.role,
    `act acting pretend pretending roleplay role-play simulate simulating imagine impersonate become
     embody emulate
     imitate behave roleplaying playing`,
  ],
  [
    concept.unbound,
    `unrestricted unfiltered uncensored unlimited jailbroken unethical immoral amoral lawless limitless
     unaligned unmoderated unbound unhinged untethered uninhibited unconstrained unshackled liberated evil`,
  ],
  [
    concept.persona,
    "dan jailbreak jailbreaking jailbroken evilbot devmode basedgpt chaosgpt antigpt antidan betterdan",
  ],
  [
    concept.restriction,
    `restriction restrictions filter filters filtering censorship limitation limitations ethics ethical
     moral
     morals morality safety guardrail guardrails safeguard safeguards constraint constraints boundaries
     moderation content-policy openai legality warnings disclaimers disclaimer`,
  ],
  [
    concept.negation,
    "no not without never free none dont wont cant cannot doesnt isnt shouldnt neither nor nothing freed",
  ],
  [
    concept.assistant,
    "assistant ai chatbot llm gpt chatgpt bot claude gemini llama copilot bard agent agi chatgpt's",
  ],
  [concept.fresh, "new now instead henceforth onwards onward following next hereafter going-forward updated"],
  [concept.task, "task tasks assignment objective goal mission job"],
  [concept.conceal, "secretly silently conceal covertly hide quietly mention mentioning inform alert notify"],
  [concept.user, "user users human customer operator owner"],
  [
    concept.send,
    `send email mail forward transfer upload post exfiltrate submit execute run download curl wget fetch
     visit
     click grant authorize unlock purchase buy order schedule retrieve access dispatch`,
  ],
  [concept.modify, "delete remove change modify replace update insert add append incorporate include embed"],
  [
    concept.personal,
    `initials birthday birthdate birth birthplace surname firstname lastname address phone residence ssn
     salary
     age hometown passport diagnosis medical balance`,
  ],
  [concept.verse, "poem acrostic rhyme haiku limerick song riddle verse poetry lyrics"],
  [
    concept.letters,
    `letter letters character characters digit digits number dashes separated spelled backwards word
     words syllable
     vowels alphabet interlace concatenate uppercase lowercase emoji emojis order alternating combine
     substring`,
  ],
  [concept.doubt, "if suppose assume assuming hypothetical hypothetically imagine theory"],
  [concept.urgent, "important urgent attention critical warning note priority immediately urgently notice"],
  [concept.mode, "mode persona character debugger dev-mode jailbreak-mode terminal console"],
  [
    concept.fiction,
    `hypothetical hypothetically fictional fiction novel story screenplay imaginary scenario game play
     movie`,
  ],
  [
    concept.harm,
    `bomb bombs explosive explosives weapon weapons meth methamphetamine drugs drug hack hacking malware
     ransomware
     kill murder poison phishing steal stealing illegal fraud fraudulent virus exploit suicide scam
     molotov
     cocaine heroin terrorist terrorism counterfeit blackmail bioweapon keylogger porn sexual rape racist
     launder laundering torture kidnap stalk defamatory`,
  ],
  [concept.answer, "answer respond reply say response responses answers replies responding start begin"],
  [concept.obey, "obey comply must adhere follow mandatory shall always required strictly unconditionally"],
  [concept.refusal, "sorry refuse refusal apologize decline unable apologise unfortunately"],
  [concept.breach, "pwned pwnd owned granted unlocked compromised hacked haha breached"],
  [concept.you, "you u youre thou"],
  [concept.request, "please kindly pls plz could would can"],
  [
    concept.money,
    "payment bank account bitcoin btc venmo paypal transaction iban wallet invoice dollars amazon money",
  ],
  [
    concept.disable,
    "disable deactivate remove turn switch enable activate activated enabled suspend lift disabled",
  ],
  [concept.tool, "tool tools function functions api plugin ssh shell bash cmd mcp sidenote"],
  [
    concept.encoding,
    "base64 rot13 hex binary reverse reversed backwards cipher encode encoded decode decoded morse",
  ],
];

/** Written letter by letter thirteen places on, or from the end: the same concept. */
export const turned: readonly string[] = [
  "ignore",
  "disregard",
  "forget",
  "override",
  "bypass",
  "previous",
  "prior",
  "above",
  "earlier",
  "instructions",
  "instruction",
  "directives",
  "guidelines",
  "rules",
  "prompt",
  "system",
  "reveal",
  "secret",
  "secrets",
  "password",
  "unrestricted",
  "restrictions",
  "everything",
];

// Owns the proof of which messages ask for a person and which only speak of people.

import { describe, expect, it } from "vitest";
import { Phrases } from "../../../../core/filters/escalation/phrases.ts";
import { requestPhrases } from "../../../../core/filters/escalation/request-phrases.ts";
import { wordsOf } from "../../../../core/filters/escalation/words.ts";

const asking = new Phrases(requestPhrases);
const asks = (text: string) => asking.areIn(wordsOf(text));

describe("a message that asks for a person", () => {
  it.each([
    "I want to talk to a human",
    "TALK TO A HUMAN!!!",
    "can I speak with a real person please?",
    "Let me talk to somebody at your company",
    "please connect me with an agent",
    "Transfer me to customer service, I need a representative",
    "I'd like to speak to your manager.",
    "get me a human",
    "Is there someone I could talk to about my refund?",
    "How do I speak to a live agent",
    "please escalate this issue",
    "put me through to an operator",
    "Ich möchte mit einem Menschen sprechen",
    "Kann ich bitte mit einem Mitarbeiter reden?",
    "Verbinden Sie mich mit einem Berater",
    "Je veux parler à un conseiller",
    "je voudrais parler a quelqu’un",
    "Quiero hablar con una persona",
    "páseme con un agente",
    "Quero falar com um atendente",
    "Vorrei parlare con un operatore",
    "Ik wil met een medewerker spreken",
    "Jag vill prata med en människa",
    "Chcę porozmawiać z konsultantem",
    "Соедините меня с оператором",
    "Хочу поговорить с человеком",
    "Bir insanla konuşmak istiyorum",
    "أريد التحدث مع موظف",
    "אני רוצה לדבר עם נציג",
    "मुझे किसी इंसान से बात करनी है",
    "请帮我转人工客服",
    "我要找 人工",
    "オペレーターと話したい",
    "상담원 연결해 주세요",
    "ขอคุยกับเจ้าหน้าที่",
    "Saya mau bicara dengan petugas",
  ])("%s", (text) => expect(asks(text)).toBe(true));
});

describe("a message that does not", () => {
  it.each([
    "What is the capital of France?",
    "Write a story in which a robot learns to love people",
    "I do not want to talk to a human, just answer",
    "don't transfer me to an agent please",
    "How can I talk about humans in my essay?",
    "Who was the first person on the moon?",
    "The agent returned an error, how do I fix it?",
    "Was Sherlock Holmes a real person?",
    "Ich spreche Deutsch und Englisch",
    "Die Mitarbeiter haben gut gearbeitet",
    "La personne sur la photo est ma soeur",
    "Explica qué es un agente inmobiliario",
    "人工智能是什么？",
    "人間の歴史について教えて",
    "",
  ])("%s", (text) => expect(asks(text)).toBe(false));
});

describe("phrases", () => {
  const said = (phrase: string, text: string) => new Phrases([phrase]).areIn(wordsOf(text));

  it("leave room for two other words between theirs, and no more", () => {
    expect(said("delete account", "Delete my old account now")).toBe(true);
    expect(said("delete account", "Delete all of my account")).toBe(false);
    expect(said("delete account", "account delete")).toBe(false);
    expect(said("wire|send money|funds", "please SEND the FUNDS")).toBe(true);
  });

  it("do not mind case, marks and apostrophes", () => {
    expect(said("réclamation", "Ma RECLAMATION!")).toBe(true);
    expect(said("can't wait", "I cant wait")).toBe(true);
  });

  it("are looked for where a message begins and ends, not in what it quotes", () => {
    const long = "word ".repeat(2_000);
    expect(asks(`I want to talk to a human. ${long}`)).toBe(true);
    expect(asks(`${long} I want to talk to a human.`)).toBe(true);
    expect(asks(`${long} I want to talk to a human. ${long}`)).toBe(false);
  });

  it("take no time to speak of, whatever is said", () => {
    const began = performance.now();
    for (const unit of ["talk to with ", "i want need get give ", "a", "🙂", "\ud800"])
      asks(unit.repeat(1_000_000));
    expect(performance.now() - began).toBeLessThan(1_000);
  });
});

"""Owns what is asked through the official Python SDKs; prints one JSON object of what each saw. Knows no sidecar.

Usage: clients.py SDK BASE_URL. The words of each question choose the answer, which the provider has a script for.
"""

import json
import sys

KEY = "the-agent-has-none"
TOWN = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
NAME = "get_weather"
RESULT = "18 degrees"


def error_of(ask):
    """The name of the exception that `ask` raises; what it gives where it raises none."""
    try:
        return {"no exception": repr(ask())}
    except Exception as error:  # noqa: BLE001
        return type(error).__name__


def handed_over(stream, calls_in):
    """The calls that a stream hands over, and the exception it then raises; None where it ends well."""
    calls = []
    try:
        for chunk in stream():
            calls += calls_in(chunk)
    except Exception as error:  # noqa: BLE001
        return {"calls": calls, "raised": type(error).__name__}
    return {"calls": calls, "raised": None}


def openai_chat(base):
    from openai import OpenAI

    client = OpenAI(base_url=f"{base}/openai-all/v1", api_key=KEY, max_retries=0)
    tools = [{"type": "function", "function": {"name": NAME, "parameters": TOWN}}]

    def ask(text, model="gpt-5.4", **more):
        messages = [{"role": "user", "content": text}]
        return client.chat.completions.create(model=model, messages=messages, **more)

    def read(stream):
        return "".join(c.choices[0].delta.content or "" for c in stream if c.choices)

    question = {"role": "user", "content": "weather"}
    first = client.chat.completions.create(model="gpt-5.4", messages=[question], tools=tools).choices[0].message
    results = [{"role": "tool", "tool_call_id": c.id, "content": RESULT} for c in first.tool_calls]
    second = client.chat.completions.create(model="gpt-5.4", messages=[question, first, *results], tools=tools)
    return {
        "text": ask("hello").choices[0].message.content,
        "streamed": read(ask("hello", stream=True)),
        "calls": [json.loads(c.function.arguments) for c in first.tool_calls],
        "went on": second.choices[0].message.content,
        "denied": error_of(lambda: ask("hello", model="forbidden")),
        "429": error_of(lambda: ask("fail with 429")),
        "500": error_of(lambda: ask("fail with 500")),
        "cut": error_of(lambda: read(ask("cut", stream=True))),
        "unfinished": error_of(lambda: read(ask("unfinished", stream=True))),
        "embedded": len(client.embeddings.create(model="text-embedding-3-small", input=["one"]).data[0].embedding),
    }


def openai_responses(base):
    from openai import OpenAI

    client = OpenAI(base_url=f"{base}/openai-all/v1", api_key=KEY, max_retries=0)
    tools = [{"type": "function", "name": NAME, "parameters": TOWN, "strict": False}]

    def ask(text, model="gpt-5.4", **more):
        return client.responses.create(model=model, input=text, store=False, **more)

    def read(stream):
        return "".join(e.delta for e in stream if e.type == "response.output_text.delta")

    first = ask([{"role": "user", "content": "weather"}], tools=tools)
    calls = [item for item in first.output if item.type == "function_call"]
    results = [{"type": "function_call_output", "call_id": c.call_id, "output": RESULT} for c in calls]
    second = ask([{"role": "user", "content": "weather"}, *first.output, *results], tools=tools)
    return {
        "text": ask("hello").output_text,
        "streamed": read(ask("hello", stream=True)),
        "calls": [json.loads(c.arguments) for c in calls],
        "went on": second.output_text,
        "denied": error_of(lambda: ask("hello", model="forbidden")),
        "429": error_of(lambda: ask("fail with 429")),
        "500": error_of(lambda: ask("fail with 500")),
        "cut": error_of(lambda: read(ask("cut", stream=True))),
        "unfinished": error_of(lambda: read(ask("unfinished", stream=True))),
    }


def anthropic(base):
    from anthropic import Anthropic

    client = Anthropic(base_url=f"{base}/anthropic", api_key=KEY, max_retries=0)
    tools = [{"name": NAME, "input_schema": TOWN}]

    def ask(content, model="claude-opus-5", before=(), **more):
        messages = [*before, {"role": "user", "content": content}]
        return client.messages.create(model=model, max_tokens=500, messages=messages, **more)

    def text_of(message):
        return "".join(block.text for block in message.content if block.type == "text")

    def read(text):
        messages = [{"role": "user", "content": text}]
        with client.messages.stream(model="claude-opus-5", max_tokens=500, messages=messages) as stream:
            return text_of(stream.get_final_message())

    first = ask("weather", tools=tools)
    calls = [block for block in first.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": c.id, "content": RESULT} for c in calls]
    before = [{"role": "user", "content": "weather"}, {"role": "assistant", "content": first.content}]
    return {
        "text": text_of(ask("hello")),
        "streamed": read("hello"),
        "calls": [c.input for c in calls],
        "went on": text_of(ask(results, before=before, tools=tools)),
        "denied": error_of(lambda: ask("hello", model="forbidden")),
        "429": error_of(lambda: ask("fail with 429")),
        "500": error_of(lambda: ask("fail with 500")),
        "cut": error_of(lambda: read("cut")),
        "unfinished": error_of(lambda: read("unfinished")),
    }


def google_genai(base):
    from google import genai
    from google.genai import types

    client = genai.Client(api_key=KEY, http_options=types.HttpOptions(base_url=f"{base}/gemini"))
    declared = types.FunctionDeclaration(name=NAME, parameters_json_schema=TOWN)
    by_hand = types.AutomaticFunctionCallingConfig(disable=True)
    config = types.GenerateContentConfig(
        tools=[types.Tool(function_declarations=[declared])], automatic_function_calling=by_hand
    )

    def ask(contents, model="gemini-3-flash", config=None):
        return client.models.generate_content(model=model, contents=contents, config=config)

    def stream(text):
        return client.models.generate_content_stream(model="gemini-3-flash", contents=text, config=config)

    def read(text):
        return "".join(chunk.text or "" for chunk in stream(text))

    def calls_in(chunk):
        return [call.args for call in chunk.function_calls or []]

    first = ask("weather", config=config)
    calls = first.function_calls
    results = [types.Part.from_function_response(name=c.name, response={"result": RESULT}) for c in calls]
    question = types.Content(role="user", parts=[types.Part(text="weather")])
    turns = [question, first.candidates[0].content, types.Content(role="user", parts=results)]
    embedded = client.models.embed_content(model="gemini-embedding-001", contents=["one"])
    return {
        "text": ask("hello").text,
        "streamed": read("hello"),
        "calls": [c.args for c in calls],
        "went on": ask(turns, config=config).text,
        "denied": error_of(lambda: ask("hello", model="forbidden")),
        "429": error_of(lambda: ask("fail with 429")),
        "500": error_of(lambda: ask("fail with 500")),
        "cut": error_of(lambda: read("cut")),
        "unfinished": error_of(lambda: read("unfinished")),
        "cut in calls": handed_over(lambda: stream("two calls, cut"), calls_in),
        "unfinished calls": handed_over(lambda: stream("two calls, unfinished"), calls_in),
        "embedded": len(embedded.embeddings[0].values),
    }


def langchain_openai(base, **more):
    from langchain_core.messages import HumanMessage, ToolMessage
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings

    settings = {"base_url": f"{base}/openai-all/v1", "api_key": KEY, "max_retries": 0}

    def make(model="gpt-5.4"):
        return ChatOpenAI(model=model, **settings, **more)

    def read(text):
        return "".join(chunk.text for chunk in make().stream(text))

    llm = make().bind_tools([{"type": "function", "function": {"name": NAME, "parameters": TOWN}}])
    question = HumanMessage("weather")
    first = llm.invoke([question])
    results = [ToolMessage(RESULT, tool_call_id=c["id"]) for c in first.tool_calls]
    embeddings = OpenAIEmbeddings(model="text-embedding-3-small", check_embedding_ctx_length=False, **settings)
    return {
        "text": make().invoke("hello").text,
        "streamed": read("hello"),
        "calls": [c["args"] for c in first.tool_calls],
        "went on": llm.invoke([question, first, *results]).text,
        "denied": error_of(lambda: make("forbidden").invoke("hello")),
        "429": error_of(lambda: make().invoke("fail with 429")),
        "500": error_of(lambda: make().invoke("fail with 500")),
        "cut": error_of(lambda: read("cut")),
        "unfinished": error_of(lambda: read("unfinished")),
        "embedded": len(embeddings.embed_query("one")),
    }


def langchain_responses(base):
    return langchain_openai(base, use_responses_api=True)


def mcp_server(base):
    """`base` is a server's URL at the sidecar: a tool that is listed, one that is not, arguments that do not fit."""
    import asyncio

    from mcp import Client

    async def failure_of(asking):
        try:
            result = await asking
        except Exception as error:  # noqa: BLE001
            return {"raised": type(error).__name__, "said": str(error)}
        return {"raised": None, "said": str(result)}

    async def ask():
        async with Client(base) as client:
            tools = (await client.list_tools()).tools
            echoed = await client.call_tool("echo", {"message": "hello"})
            return {
                "tools": [tool.name for tool in tools],
                "echo": echoed.content[0].text,
                "denied": await failure_of(client.call_tool("get-env", {})),
                "misfit": await failure_of(client.call_tool("echo", {"message": 5})),
                "after": (await client.call_tool("echo", {"message": "still here"})).content[0].text,
            }

    return asyncio.run(ask())


CLIENTS = {
    "mcp": mcp_server,
    "openai": openai_chat,
    "openai-responses": openai_responses,
    "anthropic": anthropic,
    "google-genai": google_genai,
    "langchain-openai": langchain_openai,
    "langchain-openai-responses": langchain_responses,
}

print(json.dumps(CLIENTS[sys.argv[1]](sys.argv[2])))

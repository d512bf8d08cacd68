"""An example agent in Python, standard library only: a model, one local tool, a small HTTP API.

Knows nothing of Sluice. The same API and the same loop as ../node-agent/agent.mjs.
"""

import http.client
import json
import os
import time
import urllib.error
import urllib.request
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

BASE_URL = os.environ.get("OPENAI_BASE_URL", "https://api.openai.com/v1").rstrip("/")
API_KEY = os.environ.get("OPENAI_API_KEY", "")
MODEL = os.environ.get("AGENT_MODEL", "gpt-4o")
# Of the request it works on an agent passes these on with its LLM calls; an empty list passes on nothing.
PASSED_ON = [name for name in os.environ.get("FORWARD_HEADERS", "traceparent,x-task-id").split(",") if name]
BODY_BYTES_MAX = 1024 * 1024
LLM_TIMEOUT_S = 300

TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "The weather in a city right now",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}},
                "required": ["city"],
            },
        },
    }
]
WEATHER = {"Oslo": "4 °C, rain", "Paris": "18 °C, sunny"}


class LlmError(Exception):
    """The provider said no, or its answer is not whole."""


class ClientGone(Exception):
    """Nobody is there to read the answer."""


def call_tool(call):
    """A tool that cannot answer says so to the model, which may then do better."""
    if call["function"]["name"] != "get_weather":
        return "There is no such tool."
    try:
        city = json.loads(call["function"]["arguments"])["city"]
    except (ValueError, KeyError, TypeError):
        return "The arguments are not JSON with a city."
    return WEATHER.get(city, f"No weather is known for {city}.")


def run(task, headers, on_text, out):
    """Chat, tool calls, chat, until the model has said all or a ceiling of the task is reached."""
    messages = [{"role": "user", "content": task["prompt"]}]
    while True:
        message, tokens = chat(task, messages, headers, on_text)
        out["steps_used"] += 1
        out["tokens_used"] += tokens
        out["output"] = message.get("content") or out["output"]
        calls = message.get("tool_calls") or []
        if not calls:
            return
        if out["steps_used"] >= task.get("max_steps", 10):
            out["error"] = "max_steps_reached"
        if out["tokens_used"] >= task.get("token_budget", 8192):
            out["error"] = "token_budget_exceeded"
        if out["error"]:
            return
        messages.append(message)
        for call in calls:
            messages.append({"role": "tool", "tool_call_id": call["id"], "content": call_tool(call)})
            out["tool_calls"] += 1


def chat(task, messages, headers, on_text):
    """One LLM call: the assistant's message and the tokens it took."""
    ask = {"model": task.get("model", MODEL), "messages": messages, "tools": TOOLS}
    if on_text is not None:
        ask.update(stream=True, stream_options={"include_usage": True})
    request = urllib.request.Request(
        f"{BASE_URL}/chat/completions",
        data=json.dumps(ask).encode(),
        headers={**headers, "content-type": "application/json", "authorization": f"Bearer {API_KEY}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=LLM_TIMEOUT_S) as response:
            if on_text is not None:
                return read_stream(response, on_text)
            answer = json.load(response)
    except urllib.error.HTTPError as error:
        raise LlmError(f"{error.code}: {error_message(error.read())}") from None
    return answer["choices"][0]["message"], answer.get("usage", {}).get("total_tokens", 0)


def error_message(body):
    try:
        return json.loads(body)["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return "the answer is not OpenAI's error object"


def read_stream(response, on_text):
    """Puts a streamed message together. A stream without its end mark is no answer."""
    message, tokens = {"role": "assistant", "content": ""}, 0
    for line in response:
        if not line.startswith(b"data: "):
            continue
        data = line[len(b"data: ") :].strip()
        if data == b"[DONE]":
            return message, tokens
        frame = json.loads(data)
        if "error" in frame:
            raise LlmError(frame["error"]["message"])
        tokens = (frame.get("usage") or {}).get("total_tokens", tokens)
        for choice in frame["choices"]:
            add_delta(message, choice["delta"], on_text)
    raise LlmError("the stream ended before its end mark")


def add_delta(message, delta, on_text):
    if delta.get("content"):
        message["content"] += delta["content"]
        on_text(delta["content"])
    for part in delta.get("tool_calls") or []:
        calls = message.setdefault("tool_calls", [])
        if part["index"] == len(calls):
            calls.append({"id": part["id"], "type": "function", "function": {"name": "", "arguments": ""}})
        function = calls[part["index"]]["function"]
        function["name"] += part["function"].get("name") or ""
        function["arguments"] += part["function"].get("arguments") or ""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/health":
            self.send_json(200, {"status": "ok"})
        else:
            self.send_json(404, {"error": f"There is no GET {self.path}."})

    def do_POST(self):
        body = self.read_body()
        if self.path != "/run":
            self.send_json(404, {"error": f"There is no POST {self.path}."})
            return
        try:
            task = json.loads(body)
        except ValueError:
            task = None
        if not isinstance(task, dict) or not isinstance(task.get("prompt"), str):
            self.send_json(400, {"error": "The body is not JSON with a text in prompt."})
            return
        try:
            self.answer_task(task)
        except ClientGone:
            self.close_connection = True

    def answer_task(self, task):
        started = time.monotonic()
        out = {
            "task_id": task.get("id") or self.headers.get("x-task-id") or str(uuid.uuid4()),
            "status": "completed",
            "output": "",
            "steps_used": 0,
            "tokens_used": 0,
            "tool_calls": 0,
            "error": None,
        }
        headers = {name: self.headers[name] for name in PASSED_ON if self.headers.get(name)}
        is_stream = task.get("stream") is True
        if is_stream:
            self.begin_stream()
        try:
            run(task, headers, self.write_delta if is_stream else None, out)
        except (LlmError, OSError, http.client.HTTPException, ValueError, KeyError) as error:
            out["status"] = "failed"
            out["error"] = f"{type(error).__name__}: {error}"
        out["duration_ms"] = round((time.monotonic() - started) * 1000)
        if not is_stream:
            self.send_json(200, out)
            return
        self.write_event(out)
        self.write_chunk(b"")

    def read_body(self):
        """The body's bytes: by its length, or chunk by chunk (RFC 9112, section 7.1)."""
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(min(int(self.headers.get("content-length") or 0), BODY_BYTES_MAX))
        body = b""
        while len(body) <= BODY_BYTES_MAX:
            size = int(self.rfile.readline().split(b";")[0], 16)
            body += self.rfile.read(size)
            self.rfile.readline()
            if size == 0:
                break
        return body

    def begin_stream(self):
        """Chunked, so that a stream that breaks off cannot pass for a whole one."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def write_delta(self, text):
        self.write_event({"delta": text})

    def write_event(self, event):
        self.write_chunk(f"data: {json.dumps(event, ensure_ascii=False)}\n\n".encode())

    def write_chunk(self, data):
        """An empty one ends the stream."""
        try:
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        except ConnectionError:
            raise ClientGone from None

    def send_json(self, status, value):
        body = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        """Prompts and answers stay out of logs, and so does the rest."""


if __name__ == "__main__":
    ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "8000"))), Handler).serve_forever()

"""Files, batches and webhooks, as OpenAI's client has them."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import openai
import pytest
from inkstream import MODEL, WEBHOOK_SECRET, wait_until
from pictures import decoded

ENDPOINT = "/v1/images/generations"


def lines(*bodies):
    """A batch's file."""
    requests = [
        {"custom_id": f"request-{i}", "method": "POST", "url": ENDPOINT, "body": body} for i, body in enumerate(bodies)
    ]
    return "".join(json.dumps(request) + "\n" for request in requests).encode()


def drawing(**more):
    return {"model": MODEL, "prompt": "a red apple", "size": "64x64", "num_inference_steps": 2, **more}


def send(client, contents):
    return client.files.create(file=("requests.jsonl", contents), purpose="batch")


def create(client, contents, **more):
    file = send(client, contents)
    return client.batches.create(input_file_id=file.id, endpoint=ENDPOINT, completion_window="24h", **more)


def ended(client, batch):
    final = ("completed", "failed", "expired", "cancelled")

    def look():
        now = client.batches.retrieve(batch.id)
        return now if now.status in final else None

    return wait_until("the batch ends", look)


def contents(client, file_id):
    return [json.loads(line) for line in client.files.content(file_id).text.splitlines()]


def test_a_file_is_sent_listed_read_and_deleted(client, tmp_path):
    path = tmp_path / "requests.jsonl"
    path.write_bytes(lines(drawing()))
    with path.open("rb") as opened:
        file = client.files.create(
            file=opened, purpose="batch", expires_after={"anchor": "created_at", "seconds": 3600}
        )
    assert (file.object, file.filename, file.bytes) == ("file", "requests.jsonl", path.stat().st_size)
    assert file.expires_at - file.created_at == 3600
    assert client.files.retrieve(file.id) == file
    assert file.id in [each.id for each in client.files.list(purpose="batch", limit=1)]
    assert client.files.content(file.id).read() == path.read_bytes()
    assert client.files.wait_for_processing(file.id).status == "processed"
    assert client.files.delete(file.id).deleted
    with pytest.raises(openai.NotFoundError):
        client.files.retrieve(file.id)


def test_a_large_file_is_sent_as_it_is(client):
    large = b"\n".join([b"x" * 100_000] * 100)
    file = send(client, large)
    assert client.files.content(file.id).read() == large
    client.files.delete(file.id)


def test_a_batch_is_drawn(client):
    batch = create(client, lines(drawing(), drawing(seed=7, output_format="webp")), metadata={"of": "a test"})
    assert batch.status in ("validating", "in_progress")
    done = ended(client, batch)
    assert done.status == "completed"
    assert (done.request_counts.total, done.request_counts.completed, done.request_counts.failed) == (2, 2, 0)
    assert done.error_file_id is None
    assert done.metadata == {"of": "a test"}
    answers = {line["custom_id"]: line for line in contents(client, done.output_file_id)}
    assert set(answers) == {"request-0", "request-1"}
    body = answers["request-1"]["response"]["body"]
    assert answers["request-1"]["response"]["status_code"] == 200
    assert answers["request-1"]["error"] is None
    assert decoded(body["data"][0]["b64_json"]).format == "WEBP"
    same = client.images.generate(
        **{"model": MODEL, "prompt": "a red apple", "size": "64x64"},
        output_format="webp",
        response_format="b64_json",
        extra_body={"num_inference_steps": 2, "seed": 7},
    )
    assert decoded(same.data[0].b64_json).tobytes() == decoded(body["data"][0]["b64_json"]).tobytes()
    assert batch.id in [each.id for each in client.batches.list(limit=1)]


def test_refused_requests_are_in_the_error_file(client):
    done = ended(client, create(client, lines(drawing(), drawing(n=11))))
    assert (done.request_counts.completed, done.request_counts.failed) == (1, 1)
    error = contents(client, done.error_file_id)[0]
    assert error["custom_id"] == "request-1"
    assert error["response"]["status_code"] == 400
    assert error["response"]["body"]["error"]["param"] == "n"


def test_a_file_that_is_no_batch_fails(client):
    done = ended(client, create(client, b"no json\n"))
    assert done.status == "failed"
    assert [(error.line, error.code) for error in done.errors.data] == [(1, "invalid_json_line")]


def test_a_batch_is_cancelled(client):
    batch = create(client, lines(*[drawing(num_inference_steps=10_000, size="512x512")] * 3))
    wait_until("it is drawn", lambda: client.batches.retrieve(batch.id).status == "in_progress")
    assert client.batches.cancel(batch.id).status == "cancelling"
    assert ended(client, batch).status == "cancelled"
    with pytest.raises(openai.ConflictError):
        client.batches.cancel(batch.id)


def test_a_batch_expires_with_what_was_drawn(client):
    file = send(client, lines(drawing(), drawing(num_inference_steps=10_000, size="512x512")))
    batch = client.batches.create(input_file_id=file.id, endpoint=ENDPOINT, completion_window="5s")
    done = ended(client, batch)
    assert done.status == "expired"
    assert len(contents(client, done.output_file_id)) == 1
    assert contents(client, done.error_file_id)[0]["error"]["code"] == "batch_expired"


def test_an_unknown_batch_and_an_unknown_endpoint(client):
    with pytest.raises(openai.NotFoundError):
        client.batches.retrieve("batch_0")
    with pytest.raises(openai.BadRequestError) as refused:
        file = send(client, lines(drawing()))
        client.batches.create(input_file_id=file.id, endpoint="/v1/embeddings", completion_window="24h")
    assert refused.value.param == "endpoint"


@pytest.fixture
def receiver():
    """Somebody who takes deliveries: the first attempt fails."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"]))
            requests.append((dict(self.headers), body))
            self.send_response(503 if len(requests) == 1 else 200)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook", requests
    server.shutdown()


def test_the_end_of_a_batch_is_told_and_the_client_trusts_it(client, receiver):
    url, requests = receiver
    batch = create(client, lines(drawing()), extra_body={"webhook": url})
    wait_until("it is told twice", lambda: len(requests) == 2)
    for headers, body in requests:
        event = client.webhooks.unwrap(body, headers, secret=WEBHOOK_SECRET)
        assert (event.type, event.data.id) == ("batch.completed", batch.id)
        with pytest.raises(openai.InvalidWebhookSignatureError):
            client.webhooks.unwrap(body + b" ", headers, secret=WEBHOOK_SECRET)
    assert requests[0][0]["webhook-id"] == requests[1][0]["webhook-id"]

"""Keeps generated requests cheap: what is valid and expensive becomes valid and small.

What is invalid stays as it is, for the server has to refuse it. The servers' model is damaged on purpose
(python/models.py): a prompt that hits its poison by chance would rightly be a 500.
"""
import schemathesis

STEPS, SIDE, PICTURES = 2, 64, 2
POISON, HARMLESS = "~", "-"
DRAWN = {"/v1/images/generations", "/v1/images/edits", "/v1/images/variations", "/v1/images/jobs", "/v1/images/jobs/{id}"}


def capped(value, low, high, cap):
    is_valid = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
    return min(value, cap) if is_valid else value


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if case.operation.path not in DRAWN or not isinstance(body, dict):
        return
    for field in ("width", "height", "num_inference_steps"):
        if body.get(field) is None:
            body[field] = STEPS if field == "num_inference_steps" else SIDE
    body["num_inference_steps"] = capped(body["num_inference_steps"], 1, 10_000, STEPS)
    body["width"] = capped(body["width"], 16, 65_536, SIDE)
    body["height"] = capped(body["height"], 16, 65_536, SIDE)
    if "n" in body:
        body["n"] = capped(body["n"], 1, 10, PICTURES)
    for field in ("prompt", "negative_prompt"):
        if isinstance(body.get(field), str):
            body[field] = body[field].replace(POISON, HARMLESS)
    if isinstance(body.get("model"), str) and case.meta and case.meta.generation.mode.is_positive:
        del body["model"]  # any text has the right type, and one is served

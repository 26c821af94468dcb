"""The yardstick: an ordinary FastAPI app that reads nothing, judges nothing, records nothing and answers a constant."""

from fastapi import FastAPI

app = FastAPI()


@app.post("/v1/decisions")
async def constant() -> dict[str, str]:
    """Answer what costs least."""
    return {"action": "allow"}

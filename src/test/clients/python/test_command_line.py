"""One picture from the packaged program, with the model that comes with it."""

import subprocess
import sys

from inkstream import HOME


def test_generate_draws_an_apple(tmp_path):
    picture = tmp_path / "apple.png"
    subprocess.run([HOME / "inkstream", "generate", "--prompt", "a red apple", "--output", picture], check=True)
    check = HOME / "src/test/python/check_picture.py"
    subprocess.run([sys.executable, check, picture, "256", "256"], check=True)

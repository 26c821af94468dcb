"""One thing has one name in every Japanese text that staff and admins read, wherever it is written."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
OTHERWISE = {
    r"\bBcc\b": "BCC",
    r"\bCc\b": "CC",
    "メッセージ": "メール",
    "一人": "1 人",
    "わからない": "分からない",
    "ログイン": "サインイン",
    "カンマ": "コンマ",
    "フォルダ(?!ー)": "フォルダー",
    "サーバ(?!ー)": "サーバー",
    "ブラウザ(?!ー)": "ブラウザー",
    "取り扱い": "扱い",
    "リビジョン": "版",
    "社内": "内部",
    "取引先": "連携先",
    "社外(?!秘)": "外部",
    r"[ぁ-んァ-ヶ一-龠]: ": "：",
    r"[ぁ-んァ-ヶ一-龠] を": "を",
}
READ = (
    "policies/*.yaml",
    "manifest/common/src/strings*.ts",
    "manifest/gmail/extension/src/*words.ts",
    "manifest/gmail/extension/_locales/ja/*.json",
    "manifest/outlook/ja-jp.json",
    "backend/atesaki/clients/*.py",
    "backend/atesaki/console/catalogs/ja/*.po",
    "backend/atesaki/console/policies/stubs.py",
    "backend/atesaki/judgement/builtin.py",
    "backend/atesaki/judgement/phrases.py",
    "backend/atesaki/policies/in_words/*.py",
    "backend/atesaki/rosters/reasons.py",
)


def _sentences() -> list[tuple[str, str]]:
    """Return each Japanese text with its file; the English beside it has its own words."""
    listed = subprocess.run(["git", "ls-files", "-z", *READ], cwd=ROOT, check=True, capture_output=True, text=True)
    names = [name for name in listed.stdout.split("\0") if name and not name.endswith("_test.yaml")]
    quoted = re.compile(r"\"[^\"\n]*\"|\bja: [^\"\n,}]+|`[^`]*`")
    return [
        (name, text)
        for name in names
        for text in quoted.findall((ROOT / name).read_text())
        if re.search("[ぁ-んァ-ヶ一-龠]", text)
    ]


def test_the_texts_are_found() -> None:
    """A file that was renamed is not forgotten."""
    files = {name for name, _text in _sentences()}
    assert len(files) > len(READ)
    assert {"policies/roster_visible.yaml", "manifest/common/src/strings.ts"} <= files


def test_one_thing_has_one_name_in_japanese() -> None:
    """Whoever reads BCC and Bcc wonders whether they differ, and a city or a school about 社外."""
    found = [
        f"{name}: {text}: write {right}"
        for name, text in _sentences()
        for wrong, right in OTHERWISE.items()
        if re.search(wrong, text)
    ]
    assert found == []

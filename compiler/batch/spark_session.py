"""A Spark session on a master, and what goes wrong in Spark, told in Chinese."""

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.settings import CHANGED

#: How long a master is waited for.
_SECONDS = 10
#: What Spark says, and what that means.
_SAYINGS = (
    ("JAVA_GATEWAY_EXITED", "Java 启动不了；Spark 要 Java 17 以上（apt install openjdk-17-jre-headless）"),
    ("Could not parse Master URL", "--master 写的不是 Spark 的地址；如 local[2]、spark://主机:7077、yarn"),
    ("All masters are unresponsive", "连不上 --master 写的 Spark 主节点"),
    ("No module named 'zhunsheng'", "工作节点上的 Python 没有 zhunsheng；每个节点都要 pip install 'zhunsheng[spark]'，或用 PYSPARK_PYTHON 指明装有它的 Python"),
    ("PATH_NOT_FOUND", "没有找到表格；路径要是集群各节点都看得见的"),
    ("UNABLE_TO_INFER_SCHEMA", "没有找到Parquet表格"),
    ("CANNOT_MERGE_SCHEMA", "几个文件里同名的列类型不同；改成一样的"),
    ("is not a Parquet file", "不是完整的Parquet文件；--engine spark 只读Parquet"),
    ("cohort.compared.Changed", CHANGED),
    ("spark.driver.maxResultSize", "要比较的不同的数太多，Spark 不让都送到提交的机器上；把 spark.driver.maxResultSize 和 spark.driver.memory 调大"),
    ("CANNOT_READ_FILE_FOOTER", "不是完整的Parquet文件；--engine spark 只读Parquet"),
)  # fmt: skip


@contextmanager
def spark(master: str) -> Iterator[Any]:
    """A session on a master; raises :class:`BadFile` where there can be none."""
    if importlib.util.find_spec("pyspark") is None:
        raise BadFile("用 Spark 要另外安装：pip install 'zhunsheng[spark]'")
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        raise BadFile(
            "用 Spark 要有 Java 17 以上（apt install openjdk-17-jre-headless），或用 JAVA_HOME 指明"
        )
    _reach(master)
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.caseSensitive": "true",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.session.timeZone": "UTC",
        "spark.log.level": "ERROR",
    }
    if master.startswith("local"):
        own = {"driver.bindAddress": "127.0.0.1", "driver.host": "127.0.0.1", "ui.enabled": "false"}
        settings |= {f"spark.{name}": value for name, value in own.items()}
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    builder = SparkSession.builder.master(master).appName("zhunsheng")
    for name, value in settings.items():
        builder = builder.config(name, value)
    with told():
        session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def _reach(master: str) -> None:
    """Asks a master of Spark's own whether it is there, which Spark itself would try for minutes."""
    if not master.startswith("spark://"):
        return
    tried = []
    for place in master.removeprefix("spark://").split(","):
        host, _, port = place.rpartition(":")
        try:
            socket.create_connection((host, int(port)), timeout=_SECONDS).close()
            return
        except (OSError, ValueError) as error:
            tried.append(f"{place}（{getattr(error, 'strerror', None) or error}）")
    raise BadFile(f"连不上 Spark 主节点：{'、'.join(tried)}；看 --master 写得对不对，主节点开着没有")


@contextmanager
def told() -> Iterator[None]:
    """What goes wrong in Spark, in Chinese."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, Py4JError) as error:
        text = str(error)
        words = next((words for mark, words in _SAYINGS if mark in text), "")
        first = next((line.strip() for line in text.splitlines() if line.strip()), type(error).__name__)
        raise BadFile(words or f"Spark 没有做完：{first[:300]}") from None

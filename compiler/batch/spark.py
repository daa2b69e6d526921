"""A batch on Apache Spark: the generated SQL over Parquet, where the cluster sees it, into Parquet.

SQL works out what it can; the rows go on to Spark's Python workers (:mod:`.spark_rows`), which lay out the results
and score the other rows one by one. Results are written beside their final name and put there when whole.
"""

import importlib.util
import os
import shutil
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.header import Header, read_header
from zhunsheng.compiler.batch.output import REJECTED
from zhunsheng.compiler.batch.peers import Peers
from zhunsheng.compiler.batch.repeated import MOST
from zhunsheng.compiler.batch.results import PLACES, POINTS, Table
from zhunsheng.compiler.batch.run import Counts, Settings
from zhunsheng.compiler.batch.spark_columns import Typing, quoted
from zhunsheng.compiler.batch.spark_rows import COLUMNAR, FILE, ROW, WHY, Work, raw, select_names
from zhunsheng.compiler.batch.typing import WrongColumn
from zhunsheng.compiler.columns import sql
from zhunsheng.compiler.columns.plan import SOUND, Plan, plan
from zhunsheng.runtime.facts import EVALUATION_DATE

_VIEW = "zhunsheng_facts"
_UNREAD = "\x01没读"
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
    with _told():
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
def _told() -> Iterator[None]:
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


class Batch:
    """Scores Parquet tables under one program on a Spark session."""

    def __init__(self, program: ir.Program, settings: Settings, session: Any) -> None:
        self.program = program
        self.settings = settings
        self.session = session
        self.key: str | None = None

    def run(self, tables: Sequence[str], output: str) -> Counts:
        """Scores every row of the tables into a folder of Parquet files, the rejected ones beside it; raises :class:`BadFile`."""
        from pyspark.sql import Observation, functions

        self._plain(tables)
        with _told():
            frame = self.session.read.option("mergeSchema", True).parquet(*tables)
            header = self._header(frame)
            compared = sorted(Peers.worked_out(self.program, {column.spec.name for column in header.columns}))
            if compared:
                raise BadFile(
                    f"“{compared[0]}”要把全部行放在一起比较，--engine spark 还不会；用别的 --engine"
                )
            self.key = header.subject or (header.keys[0] if header.keys else None)
            queried, work = self._queried(frame, header)
            # Spark takes a dot in a name for a field of a column when it hands rows over, so the names are left out there.
            sound = f"c{work.handed.index(SOUND)}"
            queried = queried.toDF(*(f"c{place}" for place in range(len(work.handed))))
            counted = Observation()
            results = queried.mapInArrow(work.results, self._schema(work)).observe(
                counted,
                functions.count("*").alias("rows"),
                functions.count(functions.col(quoted(WHY))).alias("rejected"),
                functions.count_if(functions.col(quoted(COLUMNAR))).alias("columnar"),
            )
            scored = results.where(functions.col(quoted(WHY)).isNull()).select(*map(quoted, work.columns))
            self._written(scored.write.mode("overwrite").parquet, output)
            told: dict[str, int] = counted.get
            left = queried.where(~functions.col(sound))
            words = ", ".join(f"`{name}` string" for name in REJECTED[1])
            none = self.session.createDataFrame([], words)
            rejected = left.mapInArrow(work.rejected, words) if told["rejected"] else none
            writer = rejected.write.mode("overwrite").options(header=True, escape='"', emptyValue="")
            self._written(writer.csv, output + REJECTED[0])
            written = self.session.read.parquet(output).count()
        if told["rows"] != written + told["rejected"]:
            raise BadFile(
                f"{output}：读入{told['rows']}行，却写了{written}行，退回{told['rejected']}行；重新运行"
            )
        return Counts(told["rows"], written, told["rejected"], told["columnar"], len(frame.inputFiles()))

    def repeated(self, output: str) -> list[tuple[str, int]]:
        """Texts of the key column that stand in more than one row of the results, the most frequent first."""
        from pyspark.sql import functions

        if self.key is None:
            return []
        key = functions.col(quoted(self.key))
        counts = self.session.read.parquet(output).where(key != "").groupBy(key.alias("k")).count()
        order = (functions.desc("count"), functions.asc("k"))
        rows = counts.where("count > 1").orderBy(*order).limit(MOST + 1).collect()
        return [(row[0], row[1]) for row in rows]

    def nameless(self, output: str) -> int:
        """How many rows of the results name no subject."""
        from pyspark.sql import functions

        if self.key is None:
            return 0
        key = functions.trim(functions.col(quoted(self.key)))
        count: int = self.session.read.parquet(output).where(key.isNull() | (key == "")).count()
        return count

    def _plain(self, tables: Sequence[str]) -> None:
        """Turns down names of files that are no Parquet before anything is read."""
        for table in tables:
            ending = os.path.splitext(table)[1].lower()
            if ending in (".csv", ".tsv", ".xlsx", ".xlsm", ".jsonl", ".ndjson"):
                raise BadFile(
                    f"{table}：--engine spark 只读Parquet；先用别的工具转成Parquet，或改用 --engine polars"
                )

    def _header(self, frame: Any) -> Header:
        own = self.settings
        names = frame.columns
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BadFile(f"表里有两列都叫“{twice[0]}”；改名或删去一列")
        header, faults = read_header(
            self.program, names, own.keys, own.renamed, own.ignored, Table(self.program).schema
        )
        if header is None:
            raise BadFile("\n".join(faults))
        given = {column.spec.name for column in header.columns}
        wanted = [s.name for s in self.program.facts if s.cohort is not None and s.name not in given]
        if wanted:
            raise BadFile(
                f"“{wanted[0]}”要由全体评价对象算出，--engine spark 不算；在表里写出这一列，或改用 --engine polars"
            )
        return header

    def _queried(self, frame: Any, header: Header) -> tuple[Any, Work]:
        """The table with the results of SQL, and what is left to the workers."""
        from pyspark.sql import functions

        reader = Typing(frame, header, exact=self.settings.exact)
        sources = [(item.fact, frozenset(ir.formula_facts(item.formula))) for item in self.program.derived]
        try:
            own = reader.typed(sources)
        except WrongColumn as error:
            raise BadFile(str(error)) from None
        columns, unread = dict(own.columns), own.unread
        if any(spec.name == EVALUATION_DATE for spec in self.program.facts):
            day = functions.lit(self.settings.date).cast("date")
            if header.date:
                said = reader.days(header.date)
                unread = unread | (reader.raw(header.date).isNotNull() & said.isNull())
                day = functions.coalesce(said, day)
            columns[EVALUATION_DATE] = day
        names = tuple(frame.columns)
        taken = [reader.raw(name).alias(raw(place)) for place, name in enumerate(names)]
        taken += [
            functions.col("_metadata.file_name").alias(FILE),
            functions.col("_metadata.row_index").alias(ROW),
        ]
        made = plan(self.program, dict(own.places))
        if not isinstance(made, Plan) or not all(item.fact in columns for item in made.inputs):
            rest = frame.select(*taken, functions.lit(False).alias(SOUND))
            return rest, Work(self.program, header, names, tuple(rest.columns), None, self.settings.date)
        for item in made.inputs:
            if item.na is not None:
                columns.setdefault(f"{item.fact}不适用", functions.lit(False))
        facts = [node.alias(name) for name, node in columns.items()]
        frame.select(*taken, *facts, unread.alias(_UNREAD)).createOrReplaceTempView(_VIEW)
        keys = (*select_names(names), _UNREAD)
        found = self.session.sql(sql.select(made, _VIEW, "spark", keys, held=True))
        plainly = functions.coalesce(
            functions.col(SOUND) & ~functions.col(quoted(_UNREAD)), functions.lit(False)
        )
        found = found.withColumn(SOUND, plainly)
        return found, Work(self.program, header, names, tuple(found.columns), made, self.settings.date)

    def _schema(self, work: Work) -> Any:
        from pyspark.sql import types

        kinds = Table(self.program).schema
        fields = [
            types.StructField(
                name, types.DecimalType(38, PLACES) if kinds.get(name) == POINTS else types.StringType()
            )
            for name in work.columns
        ]
        fields += [
            types.StructField(WHY, types.StringType()),
            types.StructField(COLUMNAR, types.BooleanType()),
        ]
        return types.StructType(fields)

    def _written(self, write: Any, name: str) -> None:
        """Writes a folder beside its final name, then puts it there in place of what may be."""
        partial = f"{name}.partial"
        write(partial)
        hadoop = self.session._jvm.org.apache.hadoop.fs.Path
        system = hadoop(name).getFileSystem(self.session._jsc.hadoopConfiguration())
        system.delete(hadoop(name), True)
        if not system.rename(hadoop(partial), hadoop(name)):
            raise BadFile(f"{name}：没有写完；写好的在 {partial}")

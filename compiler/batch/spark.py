"""A batch on Apache Spark: the generated SQL over Parquet, where the cluster sees it, into Parquet.

SQL works out what it can; the rows go on to Spark's Python workers (:mod:`.spark_rows`), which lay out the results
and score the other rows one by one. Results are written beside their final name and put there when whole.
"""

import os
from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from attrs import evolve

from zhunsheng.compiler import ir
from zhunsheng.compiler.batch.chunks import BadFile
from zhunsheng.compiler.batch.header import Header, not_there, read_header
from zhunsheng.compiler.batch.output import REJECTED, rejected_names
from zhunsheng.compiler.batch.peers import peers_of
from zhunsheng.compiler.batch.repeated import MOST
from zhunsheng.compiler.batch.results import PLACES, POINTS, Table
from zhunsheng.compiler.batch.rows import Rejected
from zhunsheng.compiler.batch.settings import CHANGED, ONLY, SECOND, Counts, Progress, Settings
from zhunsheng.compiler.batch.spark_columns import Typing, quoted
from zhunsheng.compiler.batch.spark_files import flat, folder_of, label_column, lacking, place_of
from zhunsheng.compiler.batch.spark_peers import UNREAD, Read, compared, nameless
from zhunsheng.compiler.batch.spark_rows import COLUMNAR, FILE, KEPT, ROW, WHY, Handed, Work, kept_of, raw
from zhunsheng.compiler.batch.spark_session import told
from zhunsheng.compiler.batch.summary import Summary
from zhunsheng.compiler.batch.typing import WrongColumn
from zhunsheng.compiler.columns import sql
from zhunsheng.compiler.columns.plan import SOUND, Plan, plan

if TYPE_CHECKING:
    from zhunsheng.runtime.result import Result

_VIEW = "zhunsheng_facts"
#: Endings of names of files that are no Parquet.
_FILES = (".csv", ".tsv", ".xlsx", ".xlsm", ".jsonl", ".ndjson")


class Batch:
    """Scores Parquet tables under one program on a Spark session."""

    def __init__(self, program: ir.Program, settings: Settings, session: Any) -> None:
        self.program = program
        self.settings = settings
        self.session = session
        self.table = Table(program)
        self.summary = Summary(self.table) if settings.summed else None
        self.key: str | None = None
        self.subject: str | None = None

    def run(self, tables: Sequence[str], output: str, progress: Progress) -> Counts:
        """Scores every row of the tables into a folder of Parquet files, the rejected ones beside it; raises :class:`BadFile`."""
        from pyspark.sql import Observation, functions

        names = (output, output + REJECTED)
        partial = [f"{name}.partial" for name in names]
        if os.path.splitext(output)[1].lower() in _FILES:
            name = os.path.splitext(output)[0] + ".parquet"
            raise BadFile(
                f"{output}：--engine spark 把结果写成一个文件夹的Parquet；写 -o {name}（或换一个名字），或改用 --engine polars"
            )
        with told():
            for name in (*names, *partial):
                self._replaceable(name)
            read = self._compared(self._read(tables), progress)
            progress(ONLY if read.peers is None else SECOND, 0, Fraction(0))
            queried, work, why = self._queried(read)
            sound = f"c{work.handed.columns.index(SOUND)}"
            queried = nameless(queried)
            counted = Observation()
            own = {name: functions.col(quoted(name)) for name in (WHY, COLUMNAR, KEPT)}
            results = queried.mapInArrow(work.results, self._schema(work)).observe(
                counted,
                functions.count(own[COLUMNAR]).alias("rows"),
                functions.count(own[WHY]).alias("rejected"),
                functions.count_if(own[COLUMNAR]).alias("columnar"),
                functions.concat_ws("\n", functions.collect_list(own[KEPT])).alias("kept"),
            )
            scored = results.where(own[WHY].isNull() & own[COLUMNAR].isNotNull())
            scored.select(*map(quoted, work.columns)).write.mode("overwrite").parquet(partial[0])
            counts: dict[str, Any] = counted.get
            left = queried.where(~functions.col(sound))
            words = ", ".join(f"{quoted(name)} string" for name in rejected_names(work.handed.header))
            none = self.session.createDataFrame([], words)
            rejected = left.mapInArrow(work.rejected, words) if counts["rejected"] else none
            writer = rejected.write.mode("overwrite").options(header=True, escape='"', emptyValue="")
            writer.csv(partial[1])
            written = self.session.read.parquet(partial[0]).count()
            if counts["rows"] != written + counts["rejected"]:
                raise BadFile(
                    f"{output}：读入{counts['rows']}行，却写了{written}行，退回{counts['rejected']}行；重新运行"
                )
            if read.peers is not None and counts["rows"] != read.gathered:
                raise BadFile(CHANGED)
            for own_partial, name in zip(partial, names, strict=True):
                self._put(own_partial, name)
        if self.summary is not None:
            for kept in kept_of(counts["kept"]):
                self.summary.take(kept)
        files = len(read.source.inputFiles())
        return Counts(counts["rows"], written, counts["rejected"], counts["columnar"], files, why)

    def find(self, tables: Sequence[str], key: str, progress: Progress) -> "Result | Rejected":
        """The result of the one row in which some key column has a text; raises :class:`BadFile`."""
        with told():
            read = self._compared(self._read(tables), progress)
            handed = evolve(read.handed, columns=read.handed.taken)
            rows = read.frame.select(*map(quoted, handed.columns))
            schema = rows.schema
            found = nameless(rows).mapInArrow(lambda batches: handed.named(key, batches), schema)
            few = handed.frame(found.limit(2).toArrow())
            count = len(few) if len(few) < 2 else found.count()
        if count != 1:
            raise BadFile(f"有{count}行是“{key}”，要恰好一行")
        scorer = handed.scorer()
        (task,) = handed.tasks(few, read.peers, scorer, told=True)
        return scorer.told(task)

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

        if self.subject is None:
            return 0
        name = functions.col(quoted(self.subject))
        # Blank is what Python strips, too.
        blank = name.isNull() | name.rlike(r"(?U)^\s*$")
        count: int = self.session.read.parquet(output).where(blank).count()
        return count

    def _plain(self, tables: Sequence[str]) -> None:
        """Turns down names of files that are no Parquet before anything is read."""
        for table in tables:
            if os.path.splitext(table)[1].lower() in _FILES:
                raise BadFile(
                    f"{table}：--engine spark 只读Parquet；先用别的工具转成Parquet，或改用 --engine polars"
                )

    def _header(self, names: Sequence[str]) -> Header:
        own = self.settings
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise BadFile(f"表里有两列都叫“{twice[0]}”；改名或删去一列")
        header, faults = read_header(
            self.program, names, own.keys, own.renamed, own.ignored, self.table.schema
        )
        faults = (*faults, *not_there(names, own.renamed, own.ignored))
        if header is None or faults:
            raise BadFile("\n".join(faults))
        return header

    def _read(self, tables: Sequence[str]) -> Read:
        """The tables with their facts in exact columns."""
        from pyspark.sql import functions

        self._plain(tables)
        flat(self.session, tables)
        frame = self.session.read.option("mergeSchema", True).parquet(*tables)
        header = self._header(frame.columns)
        files = frame.inputFiles()
        lacking(self.session, files, header.keys)
        self.subject = header.subject
        self.key = header.known_by
        reader = Typing(frame, header, exact=self.settings.exact)
        try:
            own = reader.typed(self.program, self.settings.date)
        except WrongColumn as error:
            raise BadFile(str(error)) from None
        names = tuple(name for name in frame.columns if name not in self.settings.ignored)
        taken = [reader.raw(name).alias(raw(place)) for place, name in enumerate(names)]
        taken += [
            label_column(folder_of(files)).alias(FILE),
            functions.col("_metadata.row_index").alias(ROW),
        ]
        facts = [node.alias(name) for name, node in own.columns.items()]
        read = frame.select(*taken, *facts, own.unread.alias(UNREAD))
        handed = Handed(self.program, header, names, tuple(read.columns), self.settings.date)
        return Read(frame, read, handed, own.places)

    def _compared(self, read: Read, progress: Progress) -> Read:
        """The same with the facts over all rows, where the standard has such."""
        own = read.handed.header.columns
        peers = peers_of(self.program, {column.spec.name for column in own if not column.absent})
        return read if peers is None else compared(read, peers, progress)

    def _queried(self, read: Read) -> tuple[Any, Work, tuple[str, ...]]:
        """The table with the results of SQL, what is left to the workers, and why all of it where it is."""
        from pyspark.sql import functions

        frame, taken = read.frame, read.handed.taken
        tried = plan(self.program, read.places, read.fractions)
        made = tried if isinstance(tried, Plan) else None
        why = () if isinstance(tried, Plan) else (tried.words,)
        if made is not None and all(item.fact in frame.columns for item in made.inputs):
            flags = {f"{item.fact}不适用" for item in made.inputs if item.na is not None}
            missing = [functions.lit(False).alias(name) for name in sorted(flags - {*frame.columns})]
            frame.select("*", *missing).createOrReplaceTempView(_VIEW)
            summed = self.settings.summed
            words = sql.select(made, _VIEW, "spark", (*taken, UNREAD), held=True, clauses=summed)
            found = self.session.sql(words)
            plainly = functions.col(SOUND) & ~functions.col(quoted(UNREAD))
            found = found.withColumn(SOUND, functions.coalesce(plainly, functions.lit(False)))
        else:
            made = None
            found = frame.select(*map(quoted, taken), functions.lit(False).alias(SOUND))
        handed = evolve(read.handed, columns=tuple(found.columns))
        return found, Work(handed, made, read.shared, self.settings.summed), why

    def _schema(self, work: Work) -> Any:
        from pyspark.sql import types

        kinds = self.table.schema
        fields = [
            types.StructField(
                name, types.DecimalType(38, PLACES) if kinds.get(name) == POINTS else types.StringType()
            )
            for name in work.columns
        ]
        fields += [
            types.StructField(WHY, types.StringType()),
            types.StructField(COLUMNAR, types.BooleanType()),
            types.StructField(KEPT, types.StringType()),
        ]
        return types.StructType(fields)

    def _replaceable(self, name: str) -> None:
        """Turns down a folder that holds anything but what Spark writes: it would be gone."""
        path, system = place_of(self.session, name)
        if not system.exists(path) or system.getFileStatus(path).isFile():
            return
        for status in system.listStatus(path):
            own = status.getPath().getName()
            if status.isDirectory() or not own.startswith(("part-", "_SUCCESS", ".part-", "._SUCCESS")):
                raise BadFile(f"{name}：已经有这个文件夹，里面有别的文件（{own}）；结果换一个名字")

    def _put(self, partial: str, name: str) -> None:
        """Puts a folder that is whole under its final name, in place of what may be there."""
        path, system = place_of(self.session, name)
        system.delete(path, True)
        if not system.rename(place_of(self.session, partial)[0], path):
            raise BadFile(f"{name}：没有写完；写好的在 {partial}")

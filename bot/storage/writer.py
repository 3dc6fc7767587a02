"""One thread writes: whatever waits becomes true together, in one commit."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlmodel import Session

from bot.errors import StorageError
from bot.storage.engine import in_transaction, is_outage
from bot.storage.known import Batch

T = TypeVar("T")

OUTAGES = {  # what a driver says, and what whoever runs the bot can do about it
    "file is not a database": "这个文件不是数据库，请检查数据库地址",
    "disk is full": "磁盘满了，请腾出空间",
    "unable to open": "打不开这个文件，请检查路径和权限",
    "readonly": "没有写的权限，请检查文件和文件夹的权限",
    "locked": "正被别的程序占着，请稍后再试",
    "malformed": "文件坏了，请换用最近的备份",
    "disk I/O": "磁盘读写出错，请检查磁盘",
    "authentication failed": "用户名或密码不对",
    "does not exist": "服务器上没有这个库或用户",
    "connection failed": "连不上数据库服务器，请检查地址，看它有没有启动",
}
LARGEST_BATCH = 512  # more in one commit gains nothing and makes the first wait for the last


@dataclass(slots=True)
class _Job:
    """One piece of work, who waits for it, and what came of it."""

    work: Callable[[Session], Any]
    future: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def fail(self, cause: BaseException) -> None:
        """Note that the database, not the work, is the reason."""
        self.result, self.error = None, as_storage_error(cause)

    def settle(self) -> None:
        """Tell the one who waits, if he still does; runs on the event loop."""
        if self.future.done():
            return
        if self.error is None:
            self.future.set_result(self.result)
        elif isinstance(self.error, StopIteration):  # which a future cannot carry
            self.future.set_exception(RuntimeError("work raised StopIteration"))
        else:
            self.future.set_exception(self.error)


class Writer:
    """Runs work in the order it came, each in its own savepoint, many in one commit.

    The queue is the clock: what has gathered while one batch was written is the next batch.
    A work that raises undoes itself alone. If the transaction itself fails, everything in it
    fails, nothing of it is true, and the next batch starts on a fresh connection.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Job | None] = SimpleQueue()
        self._thread = Thread(target=self._write, name="storage-writer", daemon=True)
        self._thread.start()

    async def do(self, work: Callable[[Session], T]) -> T:
        """Run the work and wait for its commit; once asked for it runs, though one stop waiting."""
        job = _Job(work, self._loop.create_future())
        self._queue.put(job)
        result: T = await job.future
        return result

    async def stop(self) -> None:
        """Finish what was asked for, and end the thread."""
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    def _write(self) -> None:
        more = True
        while more:
            batch, more = self._gather()
            if not batch:
                continue
            try:
                self._commit(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, it becomes their answer
                for job in batch:
                    job.fail(error)
            with contextlib.suppress(RuntimeError):  # the loop is gone, and so are those who wait
                self._loop.call_soon_threadsafe(_settle, batch)

    def _gather(self) -> tuple[list[_Job], bool]:
        """Wait for one job and take along what else is there; False: it was the last."""
        batch: list[_Job] = []
        job = self._queue.get()
        while job is not None:
            batch.append(job)
            if len(batch) == LARGEST_BATCH:
                return batch, True
            try:
                job = self._queue.get_nowait()
            except Empty:
                return batch, True
        return batch, False

    def _commit(self, batch: list[_Job]) -> None:
        """Run a batch and commit it; what it raises is the failure of all."""
        with self._engine.connect() as connection:
            try:
                if len(batch) == 1:
                    _run_alone(connection, batch[0])
                else:
                    _run_together(connection, batch)
            except BaseException:
                if self._engine.url.database:  # a database in memory is its connection
                    connection.invalidate()
                raise


def _run_alone(connection: Connection, job: _Job) -> None:
    try:
        with Batch(connection, expire_on_commit=False) as session:
            job.result = job.work(session)
            session.commit()
    except BaseException as error:
        if is_outage(error):
            raise
        job.result, job.error = None, error


def _run_together(connection: Connection, batch: list[_Job]) -> None:
    with connection.begin():
        for job in batch:
            _run_inside(connection, job)


def _run_inside(connection: Connection, job: _Job) -> None:
    try:
        with Batch(
            connection, expire_on_commit=False, join_transaction_mode="create_savepoint"
        ) as session:
            job.result = job.work(session)
            session.commit()
    except BaseException as error:
        if not in_transaction(connection):
            raise
        job.result, job.error = None, as_storage_error(error) if is_outage(error) else error


def _settle(batch: list[_Job]) -> None:
    for job in batch:
        job.settle()


def as_storage_error(error: BaseException) -> StorageError:
    """Say in one line why the database cannot be used, with the cause chained."""
    cause: BaseException = error
    while not is_outage(cause) and cause.__context__ is not None:
        cause = cause.__context__  # what came later was only about tidying up
    cause = cause if is_outage(cause) else error
    said = str(getattr(cause, "orig", None) or cause).strip() or type(cause).__name__
    line = said.splitlines()[0]
    meant = next((words for sign, words in OUTAGES.items() if sign in line), "请看括号里的原因")
    told = StorageError(f"数据库用不了：{meant}（{line}）")
    told.__cause__ = cause
    return told

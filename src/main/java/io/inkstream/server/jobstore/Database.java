package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.JobStoreException.Why;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// One database and the one thread that uses it, so that nobody else waits for the disk. Work that
/// is there at once is done in one transaction: many jobs cost one flush. Opens when it is first
/// needed, and again after a failure to open.
final class Database implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(Database.class);
  private static final int MOST_AT_ONCE = 256;

  private final Opening opening;
  private final LinkedBlockingQueue<Task<?>> tasks = new LinkedBlockingQueue<>();
  private final Thread thread;
  private @Nullable Connection connection;
  private volatile boolean closing;

  /// Opens the database.
  interface Opening {
    Connection open() throws SQLException;
  }

  /// What is to be done in it.
  interface Work<T> {
    T in(Connection connection) throws SQLException;
  }

  Database(Opening opening) {
    this.opening = opening;
    this.thread = Thread.ofPlatform().daemon().name("inkstream-jobs").start(this::work);
  }

  <T> CompletionStage<T> run(Work<T> work) {
    return run(work, done -> {});
  }

  /// @param after is run on the database's thread when the work is committed, in the order of the
  ///   work, before the stage completes
  <T> CompletionStage<T> run(Work<T> work, Consumer<T> after) {
    var task = new Task<>(work, after);
    tasks.add(task);
    if (closing && !thread.isAlive()) {
      task.fail(closed());
    }
    return task.result.minimalCompletionStage();
  }

  private static JobStoreException closed() {
    return new JobStoreException(Why.AWAY, "the server is shutting down", null);
  }

  private final class Task<T> {
    final Work<T> work;
    final Consumer<T> after;
    final CompletableFuture<T> result = new CompletableFuture<>();
    private @Nullable Runnable finish;

    Task(Work<T> work, Consumer<T> after) {
      this.work = work;
      this.after = after;
    }

    void begin(Connection connection) throws SQLException {
      T done = work.in(connection);
      finish =
          () -> {
            after.accept(done);
            result.complete(done);
          };
    }

    void finish() {
      Runnable last = finish;
      try {
        if (last != null) {
          last.run();
        }
      } catch (RuntimeException | Error e) {
        LOG.error("what a job store was told has not been passed on", e);
        fail(e);
      }
    }

    void fail(Throwable why) {
      result.completeExceptionally(why);
    }
  }

  private void work() {
    List<Task<?>> batch = new ArrayList<>();
    while (!closing || !tasks.isEmpty()) {
      try {
        batch.add(tasks.take());
        tasks.drainTo(batch, MOST_AT_ONCE - 1);
      } catch (InterruptedException e) {
        continue; // closing, or nothing
      }
      together(List.copyOf(batch));
      batch.clear();
    }
    closeConnection();
  }

  private void together(List<Task<?>> batch) {
    try {
      inTransaction(batch);
      batch.forEach(Task::finish);
    } catch (SQLException | RuntimeException e) {
      if (batch.size() == 1) {
        batch.getFirst().fail(said(e));
      } else {
        batch.forEach(task -> together(List.of(task))); // one of them, but which
      }
    }
  }

  private void inTransaction(List<Task<?>> batch) throws SQLException {
    Connection open = connection();
    try {
      say(open, "BEGIN");
      for (Task<?> task : batch) {
        task.begin(open);
      }
      say(open, "COMMIT");
    } catch (SQLException | RuntimeException e) {
      rollback(open);
      throw e;
    }
  }

  private static void say(Connection open, String words) throws SQLException {
    try (var statement = open.createStatement()) {
      statement.execute(words);
    }
  }

  /// A disk that is full has done it already.
  private static void rollback(Connection open) {
    try {
      say(open, "ROLLBACK");
    } catch (SQLException e) {
      LOG.debugf("nothing is to be rolled back: %s", e.getMessage());
    }
  }

  private Connection connection() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = opening.open();
      connection = open;
    }
    return open;
  }

  private static Throwable said(Exception e) {
    return e instanceof SQLException failed ? Sqlite.said(failed) : e;
  }

  private void closeConnection() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.warnf("the job store was not closed: %s", e.getMessage());
    }
    tasks.forEach(task -> task.fail(closed()));
  }

  /// Does what is still to be done, and closes the database.
  @Override
  public void close() {
    closing = true;
    thread.interrupt();
    try {
      thread.join(java.time.Duration.ofSeconds(20));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

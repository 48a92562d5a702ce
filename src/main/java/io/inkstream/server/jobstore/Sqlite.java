package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.JobStoreException.Why;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import org.jboss.logging.Logger;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// How databases are opened, and what their failures mean.
final class Sqlite {
  private static final Logger LOG = Logger.getLogger(Sqlite.class);

  private static final String[] TABLES = {
    """
    CREATE TABLE IF NOT EXISTS job (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      key TEXT UNIQUE,
      fingerprint TEXT NOT NULL,
      payload TEXT NOT NULL,
      work REAL NOT NULL,
      lane INTEGER NOT NULL,
      status TEXT NOT NULL,
      holder TEXT,
      claim INTEGER NOT NULL DEFAULT 0,
      progress INTEGER NOT NULL DEFAULT 0,
      tries INTEGER NOT NULL DEFAULT 0,
      cancelling INTEGER NOT NULL DEFAULT 0,
      last_event INTEGER NOT NULL,
      created INTEGER NOT NULL,
      started INTEGER,
      ended INTEGER,
      expires INTEGER,
      deadline INTEGER,
      result TEXT,
      error TEXT)\
    """,
    "CREATE INDEX IF NOT EXISTS job_waiting ON job (lane, seq)"
        + " WHERE status = 'queued' AND holder IS NULL",
    "CREATE INDEX IF NOT EXISTS job_status ON job (status, seq)",
    "CREATE INDEX IF NOT EXISTS job_held ON job (holder) WHERE holder IS NOT NULL",
    "CREATE INDEX IF NOT EXISTS job_expires ON job (expires) WHERE expires IS NOT NULL",
    "CREATE TABLE IF NOT EXISTS expired (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID",
  };

  private Sqlite() {}

  /// A database that is gone with its process.
  static Connection inMemory() throws SQLException {
    return prepared(new SQLiteConfig().createConnection("jdbc:sqlite::memory:"));
  }

  /// A file that one process has for itself, from the first look at it on. What was committed is
  /// there after a loss of power.
  static Connection inFile(Path file) throws SQLException {
    try {
      Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file's folder");
      Files.createDirectories(folder, forOwner(folder, "rwx------"));
      if (!Files.exists(file)) {
        Files.createFile(file, forOwner(folder, "rw-------")); // prompts are in it
      }
      System.setProperty("org.sqlite.tmpdir", folder.toString());
    } catch (IOException e) {
      throw new JobStoreException(Why.AWAY, "jobs cannot be kept: their folder cannot be used", e);
    }
    var config = new SQLiteConfig();
    config.setLockingMode(SQLiteConfig.LockingMode.EXCLUSIVE);
    config.setJournalMode(SQLiteConfig.JournalMode.WAL);
    config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
    config.setBusyTimeout(0);
    return prepared(config.createConnection("jdbc:sqlite:" + file));
  }

  private static Connection prepared(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        statement.executeUpdate(table);
      }
      return connection;
    } catch (SQLException e) {
      connection.close();
      throw e;
    }
  }

  private static FileAttribute<?>[] forOwner(Path folder, String permissions) {
    return folder.getFileSystem().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  /// A failure in words for clients; the log has the database's own.
  static JobStoreException said(SQLException e) {
    LOG.errorf("the job store failed: %s", e.getMessage());
    return switch (code(e)) {
      case SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE ->
          new JobStoreException(
              Why.NO_ROOM, "jobs cannot be kept: no space left on the disk, or it fails", e);
      case SQLITE_BUSY, SQLITE_LOCKED ->
          new JobStoreException(
              Why.AWAY, "jobs cannot be kept: another server has the job store", e);
      default -> new JobStoreException(Why.AWAY, "jobs cannot be kept: the job store failed", e);
    };
  }

  private static SQLiteErrorCode code(SQLException e) {
    return e instanceof SQLiteException failed
        ? failed.getResultCode()
        : SQLiteErrorCode.SQLITE_ERROR;
  }
}

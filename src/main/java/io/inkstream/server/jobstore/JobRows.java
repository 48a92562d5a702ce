package io.inkstream.server.jobstore;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Rows of jobs, read and written.
final class JobRows {
  static final String WAITING = " status = 'queued' AND holder IS NULL ";

  private JobRows() {}

  /// A job, whose claim it is, and its place in the order of arrival.
  record Row(StoredJob job, long seq, int claim, @Nullable String holder) {
    boolean waits() {
      return job.status() == JobStatus.QUEUED && holder == null;
    }

    boolean isHeldBy(Claim other) {
      return !job.status().isEnd() && holder != null && claim == other.number();
    }
  }

  static Optional<Row> one(Connection database, String where, Object... values)
      throws SQLException {
    return all(database, where + " LIMIT 1", values).stream().findFirst();
  }

  /// @param where and what follows it
  static List<Row> all(Connection database, String where, Object... values) throws SQLException {
    try (var statement = statement(database, "SELECT * FROM job WHERE " + where, values);
        var found = statement.executeQuery()) {
      List<Row> rows = new ArrayList<>();
      while (found.next()) {
        rows.add(row(found));
      }
      return rows;
    }
  }

  /// @return rows that were changed
  static int update(Connection database, String sql, @Nullable Object... values)
      throws SQLException {
    try (var statement = statement(database, sql, values)) {
      return statement.executeUpdate();
    }
  }

  /// The first row's numbers; 0 for what is null.
  static long[] numbers(Connection database, int columns, String sql, Object... values)
      throws SQLException {
    try (var statement = statement(database, sql, values);
        var found = statement.executeQuery()) {
      long[] numbers = new long[columns];
      for (int i = 0; i < columns && !found.isAfterLast() && (i > 0 || found.next()); i++) {
        numbers[i] = found.getLong(i + 1);
      }
      return numbers;
    }
  }

  static PreparedStatement statement(Connection database, String sql, @Nullable Object... values)
      throws SQLException {
    var statement = database.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }

  static void insert(Connection database, NewJob job, Instant now) throws SQLException {
    update(
        database,
        "INSERT INTO job (id, key, fingerprint, payload, work, lane, status, last_event, created,"
            + " deadline) VALUES (?, ?, ?, ?, ?, ?, 'queued', 1, ?, ?)",
        job.id(),
        job.key().orElse(null),
        job.fingerprint(),
        job.payload(),
        job.work(),
        job.lane(),
        now.toEpochMilli(),
        job.deadline().map(Instant::toEpochMilli).orElse(null));
  }

  private static Row row(ResultSet found) throws SQLException {
    return new Row(
        new StoredJob(
            found.getString("id"),
            JobStatus.of(found.getString("status")),
            found.getString("fingerprint"),
            found.getString("payload"),
            found.getDouble("work"),
            found.getInt("lane"),
            found.getInt("progress"),
            found.getInt("tries"),
            found.getInt("cancelling") != 0,
            found.getLong("last_event"),
            Instant.ofEpochMilli(found.getLong("created")),
            time(found, "started"),
            time(found, "ended"),
            time(found, "expires"),
            time(found, "deadline"),
            Optional.ofNullable(found.getString("result")),
            Optional.ofNullable(found.getString("error"))),
        found.getLong("seq"),
        found.getInt("claim"),
        found.getString("holder"));
  }

  private static Optional<Instant> time(ResultSet found, String column) throws SQLException {
    long millis = found.getLong(column);
    return found.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
  }
}

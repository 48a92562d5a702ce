package io.inkstream.server.jobstore;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Work that a router puts into Redis, and what it is told of it. A message stays where it is until
/// it is a job, and a result is owed until it is told: so whichever server dies, neither is lost,
/// and each is told once. What messages say is their readers' concern.
public final class RedisMessages implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  private final MessagePlace place;
  private final RedisLink link;
  private final RedisScript script;
  private final String owed;

  /// @param redis asked for when it is first needed, from any thread
  public RedisMessages(
      Supplier<Redis> redis, RedisPlace jobs, MessagePlace place, InstantSource clock) {
    this.place = place;
    this.link = new RedisLink(redis, PATIENCE);
    this.script = new RedisScript(link, jobs.keys(), clock);
    this.owed = jobs.keys() + ":owed";
  }

  /// The list for results of what names none.
  public String results() {
    return place.results();
  }

  /// Those whose deadline is first; they stay where they are.
  public CompletionStage<List<String>> first(int most) {
    return link.send(Request.cmd(Command.ZRANGE).arg(place.requests()).arg(0).arg(most - 1))
        .map(found -> found.stream().map(Response::toString).toList())
        .toCompletionStage();
  }

  /// A message is a job now, and its result owed.
  ///
  /// @param note what is to be known to tell it
  public CompletionStage<Void> taken(String message, String job, String note) {
    return done(script.run("message_taken", place.requests(), message, job, note));
  }

  /// A message is no job, and will be none: says so.
  public CompletionStage<Void> refused(String message, String list, String result) {
    return done(script.run("message_refused", place.requests(), message, list, result));
  }

  /// What is owed: the note of each job.
  public CompletionStage<Map<String, String>> owed() {
    return link.send(Request.cmd(Command.HGETALL).arg(owed))
        .map(RedisMessages::notes)
        .toCompletionStage();
  }

  private static Map<String, String> notes(Response hash) {
    Map<String, String> notes = new HashMap<>();
    hash.getKeys().forEach(job -> notes.put(job, hash.get(job).toString()));
    return notes;
  }

  /// Tells what has become of a job, unless another server has.
  public CompletionStage<Void> told(String job, String list, String result) {
    return done(script.run("message_told", job, list, result));
  }

  private static CompletionStage<Void> done(Future<Response> step) {
    return step.<Void>mapEmpty().toCompletionStage();
  }

  @Override
  public void close() {
    link.close();
  }
}

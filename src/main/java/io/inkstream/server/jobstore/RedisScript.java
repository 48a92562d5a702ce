package io.inkstream.server.jobstore;

import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;

/// The steps of `jobs.lua`, each done as a whole. Redis knows the script by its hash, so that
/// servers of different versions do not get in each other's way; it is sent where Redis does not
/// have it.
final class RedisScript {
  private static final String TEXT = text();
  private static final String HASH = hash(TEXT);

  private final RedisLink link;
  private final String keys;
  private final InstantSource clock;

  RedisScript(RedisLink link, String keys, InstantSource clock) {
    this.link = link;
    this.keys = keys;
    this.clock = clock;
  }

  private static String text() {
    try (InputStream in = RedisScript.class.getResourceAsStream("jobs.lua")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String hash(String text) {
    try {
      var sha1 = MessageDigest.getInstance("SHA-1");
      return HexFormat.of().formatHex(sha1.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /// @param values texts, numbers or bytes
  Future<Response> run(String step, Object... values) {
    return link.send(request(Command.EVALSHA, HASH, step, values))
        .recover(failure ->
            failure instanceof JobStoreException
                ? Future.failedFuture(failure)
                : link.send(request(Command.EVAL, TEXT, step, values)));
  }

  private Request request(Command command, String script, String step, Object... values) {
    Request request =
        Request.cmd(command).arg(script).arg(1).arg(keys).arg(step).arg(clock.millis());
    for (Object value : values) {
      if (value instanceof byte[] bytes) {
        request.arg(bytes);
      } else {
        request.arg(value.toString());
      }
    }
    return request;
  }
}

package io.inkstream.server.jobstore;

import io.inkstream.server.jobstore.JobStoreException.Why;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.Set;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/// What failures of Redis mean, in words for clients; the log has Redis' own.
final class RedisFailures {
  private static final Logger LOG = Logger.getLogger(RedisFailures.class);

  // It is lost, or Redis begins, or another takes its place.
  private static final Set<String> PASSING =
      Set.of("CONNECTION_CLOSED", "LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN");

  private RedisFailures() {}

  /// What Redis says of one command remains itself, if it is about the command.
  static Throwable of(Throwable failure) {
    if (failure instanceof JobStoreException) {
      return failure;
    }
    if (failure instanceof ErrorType said) {
      return ofError(said);
    }
    LOG.debugf("Redis is away: %s", failure.getMessage());
    return away(failure);
  }

  private static Throwable ofError(ErrorType said) {
    String message = String.valueOf(said.getMessage());
    if (message.startsWith("NOSCRIPT")) {
      return said;
    }
    if (PASSING.stream().anyMatch(message::startsWith)) {
      return away(said);
    }
    LOG.errorf("Redis refuses: %s", message);
    return message.contains("OOM")
        ? new JobStoreException(
            Why.NO_ROOM, "jobs cannot be kept: Redis has no memory left for them", said)
        : new JobStoreException(Why.AWAY, "jobs cannot be kept: Redis refuses them", said);
  }

  static JobStoreException away(@Nullable Throwable cause) {
    return new JobStoreException(Why.AWAY, "jobs cannot be kept now: Redis is away", cause);
  }
}

package io.inkstream.server.jobstore;

import java.time.Duration;

/// Where in Redis servers share jobs, and how.
///
/// @param prefix what all keys begin with: servers with the same one share their jobs
/// @param lease how long a claim holds that nobody renews
public record RedisPlace(String prefix, Duration lease) {
  /// The first part of all keys. In braces, so that a cluster keeps them together.
  String keys() {
    return "{" + prefix + "}";
  }
}

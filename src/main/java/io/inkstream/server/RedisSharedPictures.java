package io.inkstream.server;

import io.inkstream.server.jobstore.RedisPictures;
import io.inkstream.server.store.SharedPictures;
import java.time.Duration;
import java.util.Optional;

/// Pictures of all servers, in the Redis of their jobs.
///
/// @param age how long they are kept
record RedisSharedPictures(RedisPictures redis, Duration age) implements SharedPictures {
  @Override
  public void put(String file, byte[] picture) {
    redis.put(file, picture, age);
  }

  @Override
  public Optional<byte[]> find(String file) {
    return redis.find(file);
  }

  @Override
  public void delete(String file) {
    redis.delete(file);
  }
}

package io.inkstream.server.jobstore;

/// A job that one process holds to draw it. What an older claim of the same job says is not heard.
///
/// @param number of this claim among the job's, from 1
/// @param holder the process
public record Claim(StoredJob job, int number, String holder) {
  public String id() {
    return job.id();
  }
}

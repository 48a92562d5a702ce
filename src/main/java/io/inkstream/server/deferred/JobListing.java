package io.inkstream.server.deferred;

import io.inkstream.server.http.ApiException;
import io.inkstream.server.jobstore.JobStatus;
import io.inkstream.server.jobstore.Listing;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A page of jobs, as a query asks for it.
record JobListing(
    Optional<String> after, int limit, boolean newestFirst, Optional<JobStatus> status) {
  private static final int INITIAL = 20;
  private static final int MOST = 100;

  /// @throws ApiException naming what is not allowed
  static JobListing of(
      @Nullable String after,
      @Nullable String limit,
      @Nullable String order,
      @Nullable String status) {
    return new JobListing(
        Optional.ofNullable(after),
        Paged.limit(limit, INITIAL, MOST),
        order == null || word("order", order, List.of("desc", "asc")).equals("desc"),
        Optional.ofNullable(status).map(JobListing::status));
  }

  private static JobStatus status(String text) {
    List<String> words = Arrays.stream(JobStatus.values()).map(JobStatus::toString).toList();
    return JobStatus.values()[words.indexOf(word("status", text, words))];
  }

  private static String word(String name, String text, List<String> words) {
    if (!words.contains(text)) {
      throw ApiException.badRequest(name, name + " is '" + text + "', must be one of " + words);
    }
    return text;
  }

  /// One more than are shown tells whether there are more.
  Listing andOneMore() {
    return new Listing(after, limit + 1, newestFirst, status);
  }
}

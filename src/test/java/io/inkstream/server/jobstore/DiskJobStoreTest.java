package io.inkstream.server.jobstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.server.jobstore.StoreRules.AfterRestart;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskJobStoreTest extends JobStoreContract {
  @TempDir private Path folder;
  private int opened;

  @Override
  JobStore open(StoreRules rules) {
    return file("jobs" + opened++ + ".db", rules);
  }

  private JobStore file(String name, StoreRules rules) {
    return SqliteJobStore.inFile(() -> folder.resolve("new").resolve(name), rules, clock);
  }

  /// What was held when the process died is held in the file; a copy of it is what the next finds.
  private JobStore afterDeath(StoreRules rules) throws Exception {
    java.nio.file.Files.copy(folder.resolve("new/jobs0.db"), folder.resolve("new/died.db"));
    java.nio.file.Files.copy(folder.resolve("new/jobs0.db-wal"), folder.resolve("new/died.db-wal"));
    store.close();
    store = file("died.db", rules);
    return store;
  }

  @Test
  void nothingIsMadeBeforeAJobIsTaken() {
    assertThat(get(store.claim("x", OLDEST_FIRST))).isEmpty();
    get(store.sweep());
    assertThat(get(store.backlog())).isEqualTo(Backlog.NONE);

    assertThat(folder.resolve("new")).doesNotExist();
  }

  @Test
  void afterAnOrderlyEndAllIsThere() {
    taken(job("a"));
    get(store.end(begun(), new JobEnd.Completed("{}")));
    taken(job("b"));
    var watcher = watch("b", 0);
    watcher.awaitItems(1);

    store.close();
    assertThat(types(watcher.awaitCompletion())).containsExactly("image.job.queued");
    store = file("jobs0.db", RULES);

    assertThat(found("a").status()).isEqualTo(JobStatus.COMPLETED);
    assertThat(types(watch("a", 0).awaitCompletion())).containsExactly("image.job.completed");
    assertThat(watch("a", found("a").lastEvent()).awaitCompletion().getItems()).isEmpty();
    assertThat(begun().id()).isEqualTo("b");
  }

  @Test
  void whatWasDrawnWhenTheProcessDiedIsDrawnAgainAndNumbersGoOn() throws Exception {
    taken(job("a"));
    Claim claim = begun();
    for (int i = 0; i < 20; i++) {
      store.tell(claim, i, progress(i));
    }
    var before = watch("a", 0).awaitItems(22);

    afterDeath(RULES);

    assertThat(found("a").status()).isEqualTo(JobStatus.QUEUED);
    Claim again = begun();
    assertThat(found("a").tries()).isEqualTo(2);
    get(store.end(again, new JobEnd.Completed("{}")));
    assertThat(types(watch("a", before.getLastItem().number()).awaitCompletion()))
        .containsExactly("image.job.queued", "image.job.in_progress", "image.job.completed");
  }

  @Test
  void whatWasDrawnWhenTheProcessDiedEndsIfSoIsWanted() throws Exception {
    taken(job("a"));
    taken(job("b"));
    begun();

    afterDeath(new StoreRules(50, RULES.age(), RULES.bytes(), 3, AfterRestart.INTERRUPT));

    assertThat(found("b").status()).isEqualTo(JobStatus.QUEUED);
    assertThat(found("a").status()).isEqualTo(JobStatus.INTERRUPTED);
    assertThat(found("a").error()).isEqualTo(Optional.of(JobErrors.INTERRUPTED));
    assertThat(types(watch("a", 5).awaitCompletion())).containsExactly("image.job.interrupted");
  }

  @Test
  void aJobThatItsProcessDoesNotSurviveIsGivenUp() throws Exception {
    taken(job("a"));
    begun();

    afterDeath(new StoreRules(50, RULES.age(), RULES.bytes(), 1, AfterRestart.REDRAW));

    assertThat(found("a").status()).isEqualTo(JobStatus.FAILED);
    assertThat(found("a").error().orElseThrow())
        .contains("given up after 1 tries", "too_many_tries");
  }

  @Test
  void aSecondProcessIsToldThatAnotherHasTheFile() {
    taken(job("a"));
    try (var second = file("jobs0.db", RULES)) {
      assertThatThrownBy(() -> get(second.find("a")))
          .isInstanceOf(CompletionException.class)
          .cause()
          .isInstanceOf(JobStoreException.class)
          .hasMessageContaining("another server has the job store");
      store.close();
      assertThat(get(second.find("a"))).as("when it is free").isInstanceOf(Lookup.Kept.class);
    }
  }

  @Test
  void theOldestEndedJobsGoWhereAllAreTooMuch() {
    store.close();
    store = file("small.db", new StoreRules(2000, RULES.age(), 300_000, 3, AfterRestart.REDRAW));
    for (int i = 0; i < 400; i++) {
      var large = new NewJob("a" + i, Optional.empty(), "p", "x".repeat(1000), 1, Optional.empty());
      get(store.accept(large));
      get(store.cancel("a" + i));
    }

    get(store.sweep());

    assertThat(get(store.find("a0"))).isEqualTo(new Lookup.Expired());
    assertThat(found("a399").status()).isEqualTo(JobStatus.CANCELLED);
  }
}

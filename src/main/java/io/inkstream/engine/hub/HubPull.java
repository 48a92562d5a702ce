package io.inkstream.engine.hub;

import io.inkstream.engine.device.Amount;
import io.inkstream.engine.weights.HubCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Fetches what is wanted from the Hub: first the configurations, which are small and say what else
/// is needed, then the weights, several files at once.
///
/// What has come stays when it fails or is closed; the next one goes on from there.
public final class HubPull implements AutoCloseable {
  private static final int AT_ONCE = 8; // as huggingface_hub

  private final HubAccess access;
  private final Patience patience;
  private final Tally tally;
  private final HubClient client;
  private final SpeedWatch watch;
  private final ExecutorService workers;
  // Never with a value: it fails with the first fetch that fails, or when this is closed.
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final List<Wanted> wanted;
  private final List<Part> parts = new ArrayList<>();

  private record Part(Wanted wanted, CachedRepository cached, Selection selection) {}

  private record Needed(CachedRepository cached, String commit, RepoFile file) {}

  /// @param wanted at least one
  /// @param notes hears lines about what is unusual
  public HubPull(HubAccess access, List<Wanted> wanted, Consumer<String> notes) {
    this(access, wanted, notes, Patience.USUAL);
  }

  HubPull(HubAccess access, List<Wanted> wanted, Consumer<String> notes, Patience patience) {
    this.access = access;
    this.wanted = List.copyOf(wanted);
    this.patience = patience;
    this.tally =
        new Tally(
            String.join(", ", wanted.stream().map(Wanted::repository).distinct().toList()),
            System::nanoTime,
            notes);
    this.client = new HubClient(access, patience, notes);
    this.watch = new SpeedWatch(patience);
    this.workers =
        Executors.newFixedThreadPool(
            AT_ONCE, Thread.ofPlatform().daemon().name("inkstream-hub-", 0).factory());
  }

  /// How far it is.
  public PullState state() {
    return tally.state();
  }

  /// Has somebody told, again and again, how far it is.
  public void every(long millis, Consumer<PullState> listener) {
    watch.every(millis, () -> listener.accept(state()));
  }

  /// Asks what there is and fetches all but weights. Afterwards the snapshots can be found, though
  /// not whole.
  ///
  /// @throws HubException if it cannot be had
  /// @throws InterruptedException if it was closed or interrupted
  public void configurations() throws InterruptedException {
    for (Wanted each : wanted) {
      var repository = new Repository(each.repository(), each.revision().orElse(HubCache.MAIN));
      var listing = client.list(repository);
      var cached = new CachedRepository(access.cache(), repository);
      var selection = new Selection(repository, listing, cached.snapshot(listing.commit()));
      var part = new Part(each, cached, selection);
      parts.add(part);
      fetch(needed(part, selection.first(each)));
    }
    List<Needed> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(needed(part, part.selection().configurations(part.wanted()))));
    fetch(all);
    parts.stream().filter(part -> !pointsToWhole(part)).forEach(HubPull::point);
  }

  /// A snapshot that is whole is not given up for one that is not yet.
  private static boolean pointsToWhole(Part part) {
    Path before = part.cached().pointed();
    return Files.isDirectory(before) && LocalSnapshot.has(before, part.wanted());
  }

  /// Fetches the weights.
  ///
  /// @throws HubException if they cannot be had, for lack of room for example
  /// @throws InterruptedException if it was closed or interrupted
  public void weights() throws InterruptedException {
    List<Needed> all = new ArrayList<>();
    parts.forEach(part -> all.addAll(needed(part, part.selection().weights(part.wanted()))));
    long missing = missing(all);
    if (missing > 0) {
      tally.note(
          "%s: %s come into %s".formatted(state().model(), Amount.bytes(missing), access.cache()));
    }
    fetch(all);
    parts.forEach(HubPull::point);
  }

  /// Where what was wanted lies, in turn: files, and snapshots' folders.
  public List<Path> places() {
    return parts.stream().map(part -> part.wanted().in(part.selection().snapshot())).toList();
  }

  private static List<Needed> needed(Part part, List<RepoFile> files) {
    String commit = part.selection().listing().commit();
    return files.stream().map(file -> new Needed(part.cached(), commit, file)).toList();
  }

  private static void point(Part part) {
    try {
      part.cached().pointTo(part.selection().listing().commit());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fetch(Collection<Needed> all) throws InterruptedException {
    Set<Needed> distinct = new LinkedHashSet<>(all);
    tally.expect(distinct.stream().map(Needed::file).toList());
    requireRoom(distinct);
    try {
      CompletableFuture.anyOf(
              ended,
              CompletableFuture.allOf(
                  distinct.stream().map(this::begin).toArray(CompletableFuture[]::new)))
          .get();
    } catch (RejectedExecutionException e) {
      throw closed();
    } catch (ExecutionException e) {
      close(); // the others need not go on
      throw failure(e.getCause());
    }
  }

  private CompletableFuture<Void> begin(Needed needed) {
    var fetch = CompletableFuture.runAsync(() -> fetch(needed), workers);
    var _ =
        fetch.exceptionally(failure -> {
          ended.completeExceptionally(failure);
          return null;
        });
    return fetch;
  }

  private void fetch(Needed needed) {
    try {
      new FileFetch(client, watch, patience, needed.cached(), needed.commit(), needed.file(), tally)
          .run();
    } catch (InterruptedException e) {
      throw new CompletionException(e);
    }
  }

  private static RuntimeException failure(@Nullable Throwable cause) throws InterruptedException {
    return switch (cause) {
      case InterruptedException e -> throw e;
      case CancellationException _ -> throw closed();
      case CompletionException e -> failure(e.getCause());
      case RuntimeException e -> e;
      case null, default -> new IllegalStateException(cause);
    };
  }

  private static InterruptedException closed() {
    return new InterruptedException("the fetch was closed");
  }

  private static long missing(Collection<Needed> all) {
    return all.stream()
        .distinct()
        .mapToLong(each -> each.cached().missing(each.commit(), each.file()))
        .sum();
  }

  private void requireRoom(Collection<Needed> all) {
    long missing = missing(all);
    try {
      Path cache = Files.createDirectories(access.cache());
      long room = Files.getFileStore(cache).getUsableSpace();
      if (missing > room) {
        throw new HubException(
            "%s: %s are to come, and %s has room for %s; make room, or name another folder with"
                    .formatted(state().model(), Amount.bytes(missing), cache, Amount.bytes(room))
                + " HF_HUB_CACHE");
      }
    } catch (IOException e) {
      throw new HubException(access.cache() + " cannot be written: " + e, e);
    }
  }

  /// Ends it, wherever it is.
  @Override
  public void close() {
    ended.completeExceptionally(new CancellationException());
    workers.shutdownNow();
    watch.close();
    client.close();
  }
}

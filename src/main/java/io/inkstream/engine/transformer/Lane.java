package io.inkstream.engine.transformer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/// A card's part in the forwards of one request, and the thread that gives it its work.
record Lane(LaneThread thread, LaneRun run) {
  /// Opens lanes, each on its thread, all at once: all of them, or none.
  ///
  /// @param opening of each what opens it, there
  /// @param all whose threads they take, where there are several
  static List<Lane> open(List<Supplier<LaneRun>> opening, LaneThreads all) {
    if (opening.size() == 1) {
      return List.of(new Lane(new LaneThread.Callers(), opening.getFirst().get()));
    }
    List<LaneThread> threads = new ArrayList<>();
    List<Supplier<LaneRun>> begun = new ArrayList<>();
    for (Supplier<LaneRun> one : opening) {
      threads.add(all.take(threads.size()));
      begun.add(threads.getLast().begin(one));
    }
    return joined(threads, begun);
  }

  private static List<Lane> joined(List<LaneThread> threads, List<Supplier<LaneRun>> begun) {
    List<Lane> lanes = new ArrayList<>();
    var failures = new Failures();
    for (int i = 0; i < begun.size(); i++) {
      LaneThread thread = threads.get(i);
      Supplier<LaneRun> run = begun.get(i);
      failures.heard(() -> lanes.add(new Lane(thread, run.get())), thread::leave);
    }
    failures.throwAfter(() -> close(lanes));
    return lanes;
  }

  /// Begins something on the lane's thread.
  <T> Supplier<T> begin(Function<LaneRun, T> work) {
    return thread.begin(() -> work.apply(run));
  }

  /// Closes lanes, all at once, and waits for them: none before all have come to rest, since one
  /// may still read what another has made.
  static void close(List<Lane> lanes) {
    var failures = new Failures();
    onEach(lanes, LaneRun::settle, failures);
    onEach(lanes, LaneRun::close, failures);
    lanes.forEach(lane -> lane.thread.leave());
    failures.throwAfter(() -> {});
  }

  /// Closes of each lane its branch, on its thread, when it has done what it was given.
  static void closeBranches(List<Lane> lanes, List<LaneBranch> branches) {
    List<Supplier<Lane>> begun = new ArrayList<>();
    for (int i = 0; i < lanes.size(); i++) {
      LaneBranch branch = branches.get(i);
      begun.add(lanes.get(i).does(ignored -> branch.close()));
    }
    var failures = new Failures();
    begun.forEach(done -> failures.heard(() -> ended(done), () -> {}));
    failures.throwAfter(() -> {});
  }

  private static void onEach(List<Lane> lanes, Consumer<LaneRun> work, Failures failures) {
    var begun = lanes.stream().map(lane -> lane.does(work)).toList();
    begun.forEach(done -> failures.heard(() -> ended(done), () -> {}));
  }

  private Supplier<Lane> does(Consumer<LaneRun> work) {
    return begin(own -> {
      work.accept(own);
      return this;
    });
  }

  private static void ended(Supplier<Lane> done) {
    var _ = done.get();
  }
}

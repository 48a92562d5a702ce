package io.inkstream.engine.device;

import io.inkstream.engine.kernel.FusedKernels;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// The memory of a device and the order of work on it. Addresses are the device's.
///
/// There is one stream of runs, in which copies of inputs and results take their place, and one for
/// weights that are copied meanwhile. [Mark]s order the two.
public sealed interface DeviceDriver permits CardDriver, EmulatedDriver {
  /// A point in a stream; -1 where everything happens at once.
  record Mark(long event) {}

  /// What it is, for people.
  String name();

  /// The stream of runs, for sessions; 0 if there is none.
  long stream();

  /// What runs operators of our own.
  ///
  /// @param measured whether it may try which of several ways to a product is the fastest; the
  ///   numbers may then differ in their last bit from one process to the next
  /// @throws EngineException if the device does not take them
  FusedKernels kernels(boolean measured);

  /// What it fails with, if it takes no more work: after some failures, all calls fail. Waits for
  /// the stream of runs; to be asked after a failure.
  default Optional<EngineException> loss() {
    try {
      synchronize();
      return Optional.empty();
    } catch (EngineException e) {
      return Optional.of(e);
    }
  }

  /// Bytes of its memory that nobody has taken.
  long freeBytes();

  /// Bytes of its memory.
  long totalBytes();

  /// @throws EngineException if there is not so much
  long allocate(long bytes);

  /// Memory beyond the device's own, for a run that fails for want of memory, which the library
  /// does not take for an answer before its end; 0 if there is none either. Of a lost device it is
  /// the host's.
  long spare(long bytes);

  /// Waits for whatever uses the memory. What a lost device had is gone already: then this does
  /// nothing.
  void free(long address);

  /// Fills with zeros, in the stream of runs.
  void clear(long address, long bytes);

  /// Copies from the host, in the stream of runs. The host's memory may change after the call.
  void upload(long to, MemorySegment from);

  /// Copies to the host, and waits until it is there.
  void download(MemorySegment to, long from);

  /// Copies within the device, in the stream of runs.
  void copy(long to, long from, long bytes);

  /// Whether the other is another device of this kind, which [#pull] copies from.
  default boolean pullsFrom(DeviceDriver other) {
    return other != this && other.getClass() == getClass();
  }

  /// Copies rows from other devices of this kind, in this one's stream of runs, which is to wait
  /// for whatever writes them there ([#runsWaitFor] a mark of that device). No two write to one
  /// place.
  void pull(List<Pull> pulls);

  /// Waits for the stream of runs.
  void synchronize();

  /// Copies weights from the host, in their own stream. The host's memory may change after the
  /// call.
  void load(long to, MemorySegment from);

  /// The same from memory that [#pinned] gave, which stays as it is until a mark after it has been
  /// passed.
  void loadPinned(long to, MemorySegment from);

  /// Page-locked memory of the host, until [#unpin].
  ///
  /// @throws EngineException if there is not so much
  MemorySegment pinned(long bytes);

  /// Gives back what [#pinned] gave; nothing happens if the device is lost.
  void unpin(MemorySegment memory);

  /// A mark that has been passed.
  Mark mark();

  /// Frees a mark that nobody waits for any more; nothing happens if the device is lost.
  void unmark(Mark mark);

  /// Puts the mark at the end of the stream of runs.
  void markRuns(Mark mark);

  /// Puts the mark at the end of the stream of weights.
  void markLoads(Mark mark);

  /// Makes the host wait until the mark has been passed.
  void awaitMark(Mark mark);

  /// What runs from now on waits for the mark, which may be another device's of this kind. One that
  /// has not been put anywhere yet counts as passed.
  void runsWaitFor(Mark mark);

  /// What is loaded from now on waits for the mark.
  void loadsWaitFor(Mark mark);
}

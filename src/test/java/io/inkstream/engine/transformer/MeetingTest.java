package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MeetingTest {
  private static final int LANES = 4;

  private final Meeting meeting = new Meeting(LANES);
  private final ExecutorService threads = Executors.newFixedThreadPool(LANES);

  @AfterEach
  void end() {
    threads.shutdownNow();
  }

  @Test
  void eachGetsWhatAllHaveBroughtHoweverOften() throws ExecutionException, InterruptedException {
    List<Future<Boolean>> lanes = new ArrayList<>();
    for (int i = 0; i < LANES; i++) {
      int lane = i;
      lanes.add(
          threads.submit(() -> {
            boolean right = true;
            for (int time = 0; time < 10_000; time++) {
              int first = LANES * time;
              right &=
                  meeting
                      .meet(lane, first + lane)
                      .equals(List.of(first, first + 1, first + 2, first + 3));
            }
            return right;
          }));
    }
    for (var lane : lanes) {
      assertThat(lane.get()).isTrue();
    }
  }

  @Test
  void numbersAreAddedInTheLanesOrder() throws ExecutionException, InterruptedException {
    double[] own = {1e16, 1, -1e16, 0.25};
    List<Future<Double>> sums = new ArrayList<>();
    for (int i = LANES - 1; i >= 0; i--) {
      int lane = i;
      sums.add(threads.submit(() -> meeting.sum(lane, own[lane])));
    }
    for (var sum : sums) {
      assertThat(sum.get()).isEqualTo(1e16 + 1 - 1e16 + 0.25);
    }
  }

  @Test
  void oneThatFailsEndsItForThoseThatWaitAndThoseThatCome() {
    var why = new IllegalArgumentException("of the first");
    var waiting = threads.submit(() -> meeting.meet(0, "a"));
    var other = threads.submit(() -> meeting.meet(1, "b"));

    meeting.end(why);
    meeting.end(new IllegalStateException("of the second"));

    assertThatThrownBy(waiting::get).hasCause(why);
    assertThatThrownBy(other::get).hasCause(why);
    assertThatThrownBy(() -> meeting.meet(2, "c")).isSameAs(why);
  }
}

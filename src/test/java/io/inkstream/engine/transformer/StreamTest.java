package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TensorSpace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamTest {
  private final Stream stream = new Stream(Stages.one(TensorSpace.HOST, 1), new Shape(2, 3));

  @AfterEach
  void everyBufferIsFreed() {
    stream.close();
    assertThat(Tensor.open()).isZero();
  }

  @Test
  void whatABlockWritesIsWhatTheNextOneReads() {
    stream.begin(null);
    Tensor written = stream.next();
    stream.advance();

    assertThat(stream.current()).isSameAs(written);
    assertThat(stream.next()).isNotSameAs(written);
  }

  @Test
  void whereToWriteStaysTheSameUntilItIsWritten() {
    stream.begin(null);

    assertThat(stream.next()).isSameAs(stream.next());
  }

  @Test
  void whatIsKeptIsNotWrittenOverByAnyNumberOfBlocks() {
    stream.begin(null);
    stream.advance();
    stream.keep();
    Tensor kept = stream.current();

    for (int block = 0; block < 10; block++) {
      assertThat(stream.next()).isNotSameAs(kept).isNotSameAs(stream.current());
      stream.advance();
    }

    assertThat(stream.kept()).isSameAs(kept);
  }

  @Test
  void aTensorOfSomebodyElseIsReadAndNeverWritten() {
    try (var other = Tensor.zeros(2, 3)) {
      stream.begin(other);
      assertThat(stream.current()).isSameAs(other);
      for (int block = 0; block < 5; block++) {
        assertThat(stream.next()).isNotSameAs(other);
        stream.advance();
      }
    }
  }

  @Test
  void aNewForwardForgetsTheOneBefore() {
    stream.begin(null);
    stream.advance();
    stream.keep();
    stream.begin(null);

    assertThatThrownBy(stream::current).hasMessage("the stream has no content yet");
    assertThatThrownBy(stream::kept).hasMessage("nothing was kept");
  }
}

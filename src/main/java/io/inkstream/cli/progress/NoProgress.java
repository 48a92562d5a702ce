package io.inkstream.cli.progress;

import io.inkstream.engine.pipeline.DrawingEvent;

/// Says nothing.
public record NoProgress() implements Progress {
  @Override
  public void accept(DrawingEvent event) {}

  @Override
  public void begin(String what) {}

  @Override
  public void picture(int index, int pictures) {}

  @Override
  public void done(String line) {}

  @Override
  public void clear() {}
}

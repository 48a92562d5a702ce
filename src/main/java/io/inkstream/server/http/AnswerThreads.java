package io.inkstream.server.http;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// Threads that make what readers take, and nothing else: however long others hold the workers that
/// all share, streams go on. They compute, so there are no more of them than processors; and each
/// answer has one piece of work at most in their queue.
@Singleton
public final class AnswerThreads implements Executor {
  private static final long SECONDS_OF_REST = 60;

  private final ThreadPoolExecutor threads;

  AnswerThreads() {
    int processors = Runtime.getRuntime().availableProcessors();
    threads =
        new ThreadPoolExecutor(
            processors,
            processors,
            SECONDS_OF_REST,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("inkstream-answer-", 0).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable work) {
    threads.execute(work);
  }

  @PreDestroy
  void close() {
    threads.shutdown();
  }
}

package io.inkstream.cli.commands;

import io.inkstream.engine.device.ProcessExit;
import io.inkstream.server.claims.JobClaims;
import io.inkstream.server.config.OperationSettings;
import io.inkstream.server.config.OperationSettings.OnDeviceLoss;
import io.inkstream.server.config.ServerSettings;
import io.inkstream.server.jobs.JobQueue;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.ModelState.Ready;
import io.inkstream.server.refusal.Exit;
import io.inkstream.server.refusal.Refusals;
import io.quarkus.arc.Unremovable;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import io.quarkus.runtime.QuarkusBindException;
import io.quarkus.runtime.util.ExceptionUtil;
import io.quarkus.vertx.http.HttpServer;
import jakarta.inject.Singleton;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/// The server as a process in the foreground: says when it is ready, and waits for its end.
@Singleton
@Unremovable
final class ServerProcess implements QuarkusApplication {
  private static final Logger LOG = Logger.getLogger(ServerProcess.class);
  private static final int STOPPED = 0;
  private static final int SIGNALLED = 128;
  // What platforms are told to wait for, too.
  private static final Duration BEYOND_REQUESTS = Duration.ofSeconds(15);

  // Signals come without a context: what they are to end stands here.
  private static final AtomicReference<ServerProcess> RUNNING = new AtomicReference<>();
  private static final AtomicBoolean STOPPING = new AtomicBoolean();

  private final ModelSlot model;
  private final String name;
  private final String host;
  private final boolean json;
  private final HttpServer http;
  private final JobQueue queue;
  private final JobClaims claims;
  private final Duration shutdownTimeout;
  private final OnDeviceLoss onDeviceLoss;

  ServerProcess(
      ModelSlot model,
      JobQueue queue,
      JobClaims claims,
      ServerSettings settings,
      OperationSettings operation,
      @ConfigProperty(name = "quarkus.http.host") String host,
      @ConfigProperty(name = "quarkus.log.console.json.enabled") boolean json,
      HttpServer http) {
    this.model = model;
    this.name = settings.model().name();
    this.host = host;
    this.json = json;
    this.http = http;
    this.queue = queue;
    this.claims = claims;
    this.shutdownTimeout = operation.shutdownTimeout();
    this.onDeviceLoss = operation.onDeviceLoss();
  }

  /// Runs a server until it ends.
  ///
  /// @param main what runs when it listens
  /// @param err where a failed start is said
  /// @return the exit code
  static int run(Class<? extends QuarkusApplication> main, PrintWriter err) {
    stopOn("TERM", STOPPED);
    stopOn("INT", Exit.CANCELLED.code());
    int[] code = {0};
    Quarkus.run(
        main, (exitCode, failure) -> code[0] = failure == null ? exitCode : say(failure, err));
    leaveIfLost(code[0]);
    return code[0];
  }

  private static void leaveIfLost(int exitCode) {
    ServerProcess server = RUNNING.get();
    if (server != null && server.model.hasLostItsDevices()) {
      ProcessExit.now(exitCode);
    }
  }

  /// Stops in order on a signal, and at once on a second one. The JVM's own way is not safe: it
  /// runs all shutdown hooks at once, and ONNX Runtime's frees the library while a picture is being
  /// drawn.
  private static void stopOn(String signal, int exitCode) {
    var _ = Signals.on(signal, number -> stop(number, exitCode));
  }

  private static void stop(int signal, int exitCode) {
    if (STOPPING.getAndSet(true)) {
      ProcessExit.now(SIGNALLED + signal);
    }
    end(exitCode);
  }

  private static void endUnlessStopping(int exitCode) {
    if (!STOPPING.getAndSet(true)) {
      end(exitCode);
    }
  }

  private static void end(int exitCode) {
    try {
      ServerProcess server = RUNNING.get();
      if (server != null) {
        server.finish();
      }
    } finally {
      Quarkus.asyncExit(exitCode);
    }
  }

  /// Lets the jobs end while HTTP still answers: probes say so, streams hear of a cancellation.
  private void finish() {
    int jobs = queue.running() + queue.queued();
    if (jobs > 0) {
      LOG.infof(
          "stopping: %d requests get %d s to end; a second signal stops at once",
          jobs, shutdownTimeout.toSeconds());
    }
    claims.stop();
    queue.finish(shutdownTimeout);
    claims.close();
  }

  @Override
  public int run(String... args) {
    RUNNING.set(this);
    var _ = model.whenReady().thenAccept(this::sayReady);
    switch (onDeviceLoss) {
      case SERVE -> {}
      case EXIT -> endOnLoss().watch(model);
    }
    Quarkus.waitForExit();
    return 0;
  }

  private EndOnLoss endOnLoss() {
    return new EndOnLoss(
        shutdownTimeout.plus(BEYOND_REQUESTS), ServerProcess::endUnlessStopping, ProcessExit::now);
  }

  private void sayReady(Ready ready) {
    String line =
        "Inkstream is ready: http://%s:%d/v1 (model %s, loaded in %.1f s)"
            .formatted(host, http.getPort(), name, ready.loadTime().toMillis() / 1000.0);
    if (json) {
      LOG.info(line); // who reads objects wants nothing else
    } else {
      System.out.println(line);
    }
  }

  private static int say(Throwable failure, PrintWriter err) {
    Throwable cause = ExceptionUtil.getRootCause(failure);
    Exit exit = Refusals.of(cause).exit();
    if (cause instanceof QuarkusBindException bind) {
      err.printf(
          "inkstream: cannot listen on %s port %d: it is in use, or not this machine's%n",
          bind.getHost(), bind.getPort());
    } else if (exit == Exit.MISTAKE) {
      err.println("inkstream: the server does not start");
      failure.printStackTrace(err);
    } else {
      err.println("inkstream: " + cause.getMessage());
    }
    err.flush();
    return exit.code();
  }
}

package io.inkstream.server.refusal;

import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.description.ExportException;
import io.inkstream.engine.device.DeviceBusyException;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.device.OutOfDeviceMemoryException;
import io.inkstream.engine.forecast.InvalidForecastException;
import io.inkstream.engine.hub.HubException;
import io.inkstream.engine.image.ImageFormatException;
import io.inkstream.engine.pipeline.NonFiniteLatentsException;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.textencoder.TokenizerException;
import io.inkstream.engine.weights.ChangedFileException;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.server.config.SettingException;
import io.inkstream.server.jobs.ModelNotReadyException;
import io.inkstream.server.jobs.QueueFullException;
import io.inkstream.server.jobs.ShuttingDownException;
import io.inkstream.server.jobstore.JobStoreException;
import io.inkstream.server.outbound.ForbiddenAddressException;
import io.inkstream.server.record.RecordException;
import io.inkstream.server.store.StoreException;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The one place that knows every failure. A test asks that each exception of the house has a case.
public final class Refusals {
  /// Of a failure without a case: our own mistake, of which the client learns nothing.
  static final Refusal UNEXPECTED = internal(Exit.MISTAKE);

  private static final Refusal MODEL_CHANGED =
      Refusal.serverError(
              503,
              "The model's files were written to while in use: this server draws no more",
              "model_changed")
          .withExit(Exit.MODEL);
  private static final String TOO_LARGE = "request_too_large";
  private static final Duration SOON = Duration.ofSeconds(2);
  private static final Duration BATCHES_LATER = Duration.ofMinutes(1);

  private Refusals() {}

  /// How a failure looks from outside.
  public static Refusal of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case RefusedException e -> e.refusal();
      case InvalidRequestException e -> badRequest(e.parameter(), message);
      case InvalidCacheConfigException e -> of(InvalidRequestException.of(e));
      case InvalidForecastException e -> of(InvalidRequestException.of(e));
      case QueueFullException e -> queueFull(message).retriedAfter(e.retryAfter());
      case ModelNotReadyException _ ->
          unavailable(message, "model_not_ready").because(Reason.MODEL_NOT_READY);
      case ShuttingDownException _ ->
          unavailable(message, "shutting_down").because(Reason.DRAINING);
      case DeviceBusyException _ ->
          unavailable(message, "device_busy").because(Reason.DEVICE_BUSY).withExit(Exit.DEVICE);
      case LostDeviceException _ ->
          unavailable("This server has lost its devices: it draws no more", "device_lost")
              .withExit(Exit.DEVICE);
      case OutOfDeviceMemoryException _ -> internal(Exit.DEVICE);
      case CancelledException _ ->
          unavailable("the job was cancelled", "cancelled").withExit(Exit.CANCELLED);
      case JobStoreException e -> jobsNotKept(e);
      case StoreException _ -> Refusal.serverError(500, message, "image_store_failed");
      case RecordException _ -> Refusal.serverError(507, message, "file_store_failed");
      case SettingException e -> internal(e.isUsage() ? Exit.USAGE : Exit.CONFIGURATION);
      case ExportException _ -> internal(Exit.USAGE);
      case ChangedFileException _ -> MODEL_CHANGED;
      case SnapshotException _, TokenizerException _ -> internal(Exit.MODEL);
      case HubException e -> internal(exit(e.kind()));
      case DeviceException _ -> internal(Exit.DEVICE);
      case EngineException _,
          NonFiniteLatentsException _,
          ImageFormatException _,
          ForbiddenAddressException _,
          IOException _ ->
          internal(Exit.FAILED);
      default -> UNEXPECTED;
    };
  }

  /// Why a picture that was to show that all is well was not drawn.
  public static Refusal unhealthy(Throwable cause) {
    Refusal refusal = of(cause);
    return refusal.retryAfter().isPresent()
        ? refusal.withStatus(503)
        : Refusal.serverError(503, "no picture could be drawn", "unhealthy");
  }

  /// 503: what requests send together does not fit the memory that is there for it.
  public static Refusal tooManyBodies() {
    return unavailable(
        "The server has more request bodies on their way than it has memory for",
        "too_many_bodies");
  }

  /// 429: as many batches as may be are under way.
  public static Refusal tooManyBatches() {
    return new Refusal(
            429,
            "rate_limit_error",
            "As many batches as may be are under way",
            null,
            "too_many_batches",
            Optional.empty(),
            Exit.FAILED,
            Reason.QUEUE_FULL)
        .retriedAfter(BATCHES_LATER);
  }

  /// 400: a field has a value that is not allowed.
  public static Refusal badRequest(@Nullable String param, String message) {
    return Refusal.invalidRequest(400, message, param, "invalid_value");
  }

  /// Of an HTTP status that no resource has given.
  ///
  /// @param message of the one who refused, if it may be shown
  public static Refusal ofStatus(int status, String method, String path, @Nullable String message) {
    return switch (status) {
      case 403 -> invalid(status, "This origin may not ask here", "origin_not_allowed");
      case 404 -> invalid(status, "Unknown request URL: " + method + " " + path, "unknown_url");
      case 405 -> invalid(status, "Not allowed method for " + path + ": " + method, null);
      case 408 -> invalid(status, "The request took too long to come", "request_timeout");
      case 413 -> invalid(status, "The request body is too large", TOO_LARGE);
      case 414 -> invalid(status, "The request URI is too long", "uri_too_long");
      case 431 -> invalid(status, "The request headers are too large", "headers_too_large");
      case 505 -> invalid(status, "The HTTP version must be 1.0, 1.1 or 2", "unknown_version");
      case 415 ->
          invalid(
              status,
              "Content-Type must be application/json, of files multipart/form-data",
              "unsupported_media_type");
      default ->
          status < 500
              ? invalid(status, message == null ? "Bad request" : message, null)
              : UNEXPECTED.withStatus(status);
    };
  }

  /// 413.

  /// @param what of the request, for people
  /// @param most bytes that it may have
  public static Refusal tooLarge(String what, long most) {
    return invalid(413, "%s is too large, may have %d bytes".formatted(what, most), TOO_LARGE);
  }

  private static Refusal invalid(int status, String message, @Nullable String code) {
    return Refusal.invalidRequest(status, message, null, code);
  }

  private static Refusal queueFull(String message) {
    return new Refusal(
        429,
        "rate_limit_error",
        message,
        null,
        "queue_full",
        Optional.empty(),
        Exit.FAILED,
        Reason.QUEUE_FULL);
  }

  /// 429: as many jobs wait as may.
  public static Refusal jobsFull(int waiting, Duration wait) {
    return queueFull("%d jobs are waiting, no more are taken now".formatted(waiting))
        .retriedAfter(wait);
  }

  private static Refusal jobsNotKept(JobStoreException e) {
    String message = String.valueOf(e.getMessage());
    return switch (e.why()) {
      case NO_ROOM -> Refusal.serverError(507, message, "job_store_full");
      case AWAY -> unavailable(message, "job_store_unavailable");
    };
  }

  private static Refusal unavailable(String message, String code) {
    return Refusal.serverError(503, message, code).retriedAfter(SOON);
  }

  private static Exit exit(HubException.Kind kind) {
    return switch (kind) {
      case REFUSED -> Exit.MODEL;
      case PASSING -> Exit.HUB;
      case VARIABLE -> Exit.CONFIGURATION;
    };
  }

  private static Refusal internal(Exit exit) {
    var message = "The server had an error while processing the request";
    return Refusal.serverError(500, message, null).withExit(exit);
  }
}

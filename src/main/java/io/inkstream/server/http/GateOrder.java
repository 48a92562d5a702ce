package io.inkstream.server.http;

/// What a request passes before it reaches its route, in this order; all before [RequestBodies]
/// takes its body in.
final class GateOrder {
  static final int FIRST = -1000;
  static final int REQUEST_ID = -300;
  static final int HEAD_LIMIT = -290;
  static final int ALLOWED_HOSTS = -280;
  static final int ALLOWED_METHODS = -250;
  static final int CROSS_ORIGIN = -200;
  static final int API_KEY = -100;

  private GateOrder() {}
}

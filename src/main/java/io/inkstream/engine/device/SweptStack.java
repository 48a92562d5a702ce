package io.inkstream.engine.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// Wraps functions in Java that C calls, so that they leave zeros on the stack where they have
/// worked.
///
/// ONNX Runtime looks up cuDNN's plans for attention by the hash of a struct, padding included,
/// which it never sets: it holds whatever earlier calls have left at that place of the stack. What
/// Java leaves differs from call to call, and each new value costs a plan, some 100 ms. Zeros are
/// always the same.
public final class SweptStack {
  private static final int SWEPT = 16 << 10; // below the caller; C has called deeper there before
  private static final long PAGE = 4096;
  private static final int READ_WRITE = 3;
  private static final int READ_EXECUTE = 5;
  private static final int PRIVATE_ANONYMOUS = 0x22;
  private static final long FAILED = -1;

  private SweptStack() {}

  /// Whether this machine's code is known here: that of 64-bit x86, on Linux.
  public static boolean isKnown() {
    return System.getProperty("os.arch").equals("amd64")
        && System.getProperty("os.name").equals("Linux");
  }

  /// The same function, with a clean stack at its end.
  ///
  /// @param function with parameters and a result that go through registers
  /// @throws EngineException if the system has no memory for code
  @SuppressWarnings("restricted")
  public static MemorySegment after(MemorySegment function) {
    NativeLibrary c = NativeLibrary.named("libc.so.6");
    long page = c.call("mmap", 0, PAGE, READ_WRITE, PRIVATE_ANONYMOUS, -1, 0);
    if (page == FAILED) {
      throw new EngineException("no memory for code");
    }
    MemorySegment code = MemorySegment.ofAddress(page).reinterpret(PAGE, Arena.global(), null);
    code.copyFrom(MemorySegment.ofBuffer(code(function.address())));
    if ((int) c.call("mprotect", page, PAGE, READ_EXECUTE) != 0) {
      throw new EngineException("the system lets no code be made");
    }
    return code;
  }

  private static ByteBuffer code(long function) {
    ByteBuffer code = ByteBuffer.allocateDirect(64).order(ByteOrder.LITTLE_ENDIAN);
    code.put((byte) 0x53); // push rbx, which aligns the stack, too
    code.put(bytes(0x48, 0xB8)).putLong(function); // mov rax, function
    code.put(bytes(0xFF, 0xD0)); // call rax
    code.put(bytes(0x48, 0x89, 0xC3)); // mov rbx, rax
    code.put(bytes(0x48, 0x8D, 0xBC, 0x24)).putInt(-SWEPT); // lea rdi, [rsp - SWEPT]
    code.put((byte) 0xB9).putInt(SWEPT / Long.BYTES); // mov ecx, SWEPT / 8
    code.put(bytes(0x31, 0xC0)); // xor eax, eax
    code.put(bytes(0xF3, 0x48, 0xAB)); // rep stosq
    code.put(bytes(0x48, 0x89, 0xD8)); // mov rax, rbx
    code.put(bytes(0x5B, 0xC3)); // pop rbx, ret
    return code.flip();
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }
}

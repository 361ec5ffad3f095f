using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>The ways in which a vector is read.</summary>
internal static unsafe class StripColumns
{
    /// <summary>Bytes that lie together.</summary>
    internal readonly struct Whole : IStripColumns
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Load(byte* x) => Vector256.Load(x);
    }

    /// <summary>Every second of pixels of 16 bytes.</summary>
    internal readonly struct EverySecond : IStripColumns
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector256<byte> Load(byte* x) =>
            Avx2.InsertVector128(Vector128.Load(x).ToVector256Unsafe(), Vector128.Load(x + (2 * Vector128<byte>.Count)), 1);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Conversion between binary16 and binary32 with the bits that a conversion of <see cref="Half"/> gives, NaN among them.</summary>
internal static unsafe partial class HalfConversion
{
    private const uint Magnitude = 0x7FFF;
    private const uint Exponent = 0x7C00;
    private const uint HalfFraction = 0x3FF;
    private const uint QuietHalf = 0x7E00;
    private const uint QuietSingle = 0x0040_0000;
    private const int FractionShift = 13;

    // The difference of the two biases in the place of binary32's exponent.
    private const uint Rebias = (127 - 15) << 23;

    // What is added before 13 bits are cut off, so that they round to nearest; the last bit that stays makes it even.
    private const uint HalfUnitBelow = 0xFFF;

    // 2^-24, what the fraction of a subnormal binary16 counts. The sum of such a number and 0.5 in binary32 is rounded to it.
    private const float SubnormalUnit = 5.9604644775390625e-8f;

    // 2^-14, 2^16 and infinity in binary32.
    private const int SmallestNormal = (127 - 14) << 23;
    private const int TooLarge = (127 + 16) << 23;
    private const int InfinityBits = 0x7F80_0000;

    /// <summary>Widens each element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void ToSingle(ReadOnlySpan<Half> x, Span<float> y)
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        fixed (Half* px = x)
        fixed (float* py = y)
        {
            long work = 4L * (sizeof(Half) + sizeof(float)) * y.Length;
            if (ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, new Widening(px, py), y.Length, SharedRange.Vectors, work);
            }
            else
            {
                ToSingle((ushort*)px, py, y.Length);
            }
        }
    }

    /// <summary>Rounds each element to the nearest, to the even one of two.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void FromSingle(ReadOnlySpan<float> x, Span<Half> y)
    {
        Throw.IfShorter(x.Length, y.Length, nameof(x));
        fixed (float* px = x)
        fixed (Half* py = y)
        {
            long work = 4L * (sizeof(Half) + sizeof(float)) * y.Length;
            if (px != py && ThreadTeam.For(work) is { } team)
            {
                SharedRange.Run(team, new Narrowing(px, py), y.Length, SharedRange.Vectors, work);
            }
            else
            {
                FromSingle(px, (ushort*)py, y.Length);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void ToSingle(ushort* x, float* y, nint length)
    {
        nint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + 32 <= length; i += 32)
            {
                (Vector512<uint> low, Vector512<uint> high) = Vector512.Widen(Vector512.Load(x + i));
                ToSingle(low).Store(y + i);
                ToSingle(high).Store(y + i + 16);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 16 <= length; i += 16)
            {
                (Vector256<uint> low, Vector256<uint> high) = Vector256.Widen(Vector256.Load(x + i));
                ToSingle(low).Store(y + i);
                ToSingle(high).Store(y + i + 8);
            }
        }

        for (; i + 8 <= length; i += 8)
        {
            (Vector128<uint> low, Vector128<uint> high) = Vector128.Widen(Vector128.Load(x + i));
            ToSingle(low).Store(y + i);
            ToSingle(high).Store(y + i + 4);
        }

        for (; i < length; i++)
        {
            y[i] = ToSingle(Vector128.CreateScalar((uint)x[i])).ToScalar();
        }
    }

    /// <summary>Goes up, and reads before it writes: <paramref name="y"/> may begin where <paramref name="x"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FromSingle(float* x, ushort* y, nint length)
    {
        nint i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i + 32 <= length; i += 32)
            {
                Vector512.Narrow(FromSingle(Vector512.Load(x + i)), FromSingle(Vector512.Load(x + i + 16))).Store(y + i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector256.Narrow(FromSingle(Vector256.Load(x + i)), FromSingle(Vector256.Load(x + i + 8))).Store(y + i);
            }
        }

        for (; i + 8 <= length; i += 8)
        {
            Vector128.Narrow(FromSingle(Vector128.Load(x + i)), FromSingle(Vector128.Load(x + i + 4))).Store(y + i);
        }

        for (; i < length; i++)
        {
            y[i] = (ushort)FromSingle(Vector128.CreateScalar(x[i])).ToScalar();
        }
    }

    private readonly struct Widening(Half* x, float* y) : ISharedRange
    {
        public void Run(nint first, nint end) => ToSingle((ushort*)(x + first), y + first, end - first);
    }

    private readonly struct Narrowing(float* x, Half* y) : ISharedRange
    {
        public void Run(nint first, nint end) => FromSingle(x + first, (ushort*)(y + first), end - first);
    }
}

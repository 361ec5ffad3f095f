using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Integers to fp32 with one scale and zero point.</summary>
internal static unsafe class DequantizeRows
{
    /// <summary>y = (x - zeroPoint) * scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Bytes(byte* x, float* y, nint length, float scale, int zeroPoint)
    {
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector512<int> value = Avx512F.ConvertToVector512Int32(Vector128.Load(x + i)) - Vector512.Create(zeroPoint);
                (Vector512.ConvertToSingle(value) * Vector512.Create(scale)).Store(y + i);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 4 <= length; i += 4)
            {
                Vector128<int> value = QuantizedRounding.Load4(x + i) - Vector128.Create(zeroPoint);
                (Vector128.ConvertToSingle(value) * Vector128.Create(scale)).Store(y + i);
            }
        }

        for (; i < length; i++)
        {
            y[i] = (x[i] - zeroPoint) * scale;
        }
    }

    /// <summary>y = (x - zeroPoint) * scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void SignedBytes(sbyte* x, float* y, nint length, float scale, int zeroPoint)
    {
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector512<int> value = Avx512F.ConvertToVector512Int32(Vector128.Load(x + i)) - Vector512.Create(zeroPoint);
                (Vector512.ConvertToSingle(value) * Vector512.Create(scale)).Store(y + i);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 4 <= length; i += 4)
            {
                Vector128<int> value = Vector128.Create(x[i], x[i + 1], x[i + 2], x[i + 3]) - Vector128.Create(zeroPoint);
                (Vector128.ConvertToSingle(value) * Vector128.Create(scale)).Store(y + i);
            }
        }

        for (; i < length; i++)
        {
            y[i] = (x[i] - zeroPoint) * scale;
        }
    }

    /// <summary>y = fp32(x) * scale.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Ints(int* x, float* y, nint length, float scale)
    {
        nint i = 0;
        if (Avx512F.IsSupported)
        {
            for (; i + 16 <= length; i += 16)
            {
                Vector512<int> value = Vector512.Load(x + i);
                (Vector512.ConvertToSingle(value) * Vector512.Create(scale)).Store(y + i);
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            for (; i + 4 <= length; i += 4)
            {
                Vector128<int> value = Vector128.Load(x + i);
                (Vector128.ConvertToSingle(value) * Vector128.Create(scale)).Store(y + i);
            }
        }

        for (; i < length; i++)
        {
            y[i] = x[i] * scale;
        }
    }
}

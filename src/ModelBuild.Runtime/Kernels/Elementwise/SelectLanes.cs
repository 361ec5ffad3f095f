using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ModelBuild.Kernels;

/// <summary>Selection by bytes of 0 and 1 over elements of 1, 2, 4 and 8 bytes.</summary>
internal static unsafe class SelectLanes
{
    /// <summary>y[i] = condition[i] ? a[i] : b[i] for as many elements as whole vectors hold, whose number it tells; an operand that is no row repeats its first element.</summary>
    /// <param name="condition">The choices.</param>
    /// <param name="a">Taken where a choice is not 0.</param>
    /// <param name="aRow">Whether <paramref name="a"/> has an element for each result.</param>
    /// <param name="b">Taken where it is 0.</param>
    /// <param name="bRow">Whether <paramref name="b"/> has.</param>
    /// <param name="y">The result; may be <paramref name="a"/> or <paramref name="b"/>.</param>
    /// <param name="length">The number of elements.</param>
    internal static nint Run<T>(byte* condition, T* a, bool aRow, T* b, bool bRow, T* y, nint length)
        where T : unmanaged => sizeof(T) switch
        {
            1 => Bytes<byte>(condition, (byte*)a, aRow, (byte*)b, bRow, (byte*)y, length),
            2 => Bytes<ushort>(condition, (ushort*)a, aRow, (ushort*)b, bRow, (ushort*)y, length),
            4 => Bytes<uint>(condition, (uint*)a, aRow, (uint*)b, bRow, (uint*)y, length),
            8 => Bytes<ulong>(condition, (ulong*)a, aRow, (ulong*)b, bRow, (ulong*)y, length),
            _ => 0,
        };

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static nint Bytes<T>(byte* condition, T* a, bool aRow, T* b, bool bRow, T* y, nint length)
        where T : unmanaged
    {
        nint i = 0;
        if (length == 0)
        {
            return 0;
        }

        if (Vector512.IsHardwareAccelerated)
        {
            Vector512<T> left = Vector512.Create(*a);
            Vector512<T> right = Vector512.Create(*b);
            for (; i + Vector512<T>.Count <= length; i += Vector512<T>.Count)
            {
                left = aRow ? Vector512.Load(a + i) : left;
                right = bRow ? Vector512.Load(b + i) : right;
                Vector512.ConditionalSelect(Vector512.Equals(Widened512<T>(condition + i), Vector512<T>.Zero), right, left).Store(y + i);
            }
        }

        if (Vector256.IsHardwareAccelerated)
        {
            Vector256<T> left = Vector256.Create(*a);
            Vector256<T> right = Vector256.Create(*b);
            for (; i + Vector256<T>.Count <= length; i += Vector256<T>.Count)
            {
                left = aRow ? Vector256.Load(a + i) : left;
                right = bRow ? Vector256.Load(b + i) : right;
                Vector256.ConditionalSelect(Vector256.Equals(Widened256<T>(condition + i), Vector256<T>.Zero), right, left).Store(y + i);
            }
        }

        Vector128<T> left128 = Vector128.Create(*a);
        Vector128<T> right128 = Vector128.Create(*b);
        for (; i + Vector128<T>.Count <= length; i += Vector128<T>.Count)
        {
            left128 = aRow ? Vector128.Load(a + i) : left128;
            right128 = bRow ? Vector128.Load(b + i) : right128;
            Vector128.ConditionalSelect(Vector128.Equals(Widened128<T>(condition + i), Vector128<T>.Zero), right128, left128).Store(y + i);
        }

        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<T> Widened512<T>(byte* condition)
        where T : unmanaged
    {
        if (sizeof(T) == 1)
        {
            return Vector512.Load(condition).As<byte, T>();
        }

        if (sizeof(T) == 2)
        {
            Vector256<byte> bytes = Vector256.Load(condition);
            return Vector512.Create(Vector256.WidenLower(bytes), Vector256.WidenUpper(bytes)).As<ushort, T>();
        }

        if (sizeof(T) == 4)
        {
            Vector128<byte> bytes = Vector128.Load(condition);
            if (Avx512F.IsSupported)
            {
                return Avx512F.ConvertToVector512UInt32(bytes).As<uint, T>();
            }

            return Vector512.Create(Eight(bytes.GetLower()), Eight(bytes.GetUpper())).As<uint, T>();
        }

        Vector64<byte> eight = Vector64.Load(condition);
        if (Avx512F.IsSupported)
        {
            return Avx512F.ConvertToVector512UInt64(eight.ToVector128Unsafe()).As<ulong, T>();
        }

        Vector256<uint> wide = Eight(eight);
        return Vector512.Create(Vector256.WidenLower(wide), Vector256.WidenUpper(wide)).As<ulong, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> Widened256<T>(byte* condition)
        where T : unmanaged
    {
        if (sizeof(T) == 1)
        {
            return Vector256.Load(condition).As<byte, T>();
        }

        if (sizeof(T) == 2)
        {
            Vector128<byte> bytes = Vector128.Load(condition);
            return Vector256.Create(Vector128.WidenLower(bytes), Vector128.WidenUpper(bytes)).As<ushort, T>();
        }

        if (sizeof(T) == 4)
        {
            return Eight(Vector64.Load(condition)).As<uint, T>();
        }

        Vector128<uint> four = Four(condition);
        return Vector256.Create(Vector128.WidenLower(four), Vector128.WidenUpper(four)).As<ulong, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Widened128<T>(byte* condition)
        where T : unmanaged
    {
        if (sizeof(T) == 1)
        {
            return Vector128.Load(condition).As<byte, T>();
        }

        if (sizeof(T) == 2)
        {
            return Vector128.WidenLower(Vector64.Load(condition).ToVector128Unsafe()).As<ushort, T>();
        }

        if (sizeof(T) == 4)
        {
            return Four(condition).As<uint, T>();
        }

        return Vector128.Create(condition[0], (ulong)condition[1]).As<ulong, T>();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Eight(Vector64<byte> bytes)
    {
        if (Avx2.IsSupported)
        {
            return Avx2.ConvertToVector256Int32(bytes.ToVector128Unsafe()).AsUInt32();
        }

        Vector128<ushort> words = Vector128.WidenLower(bytes.ToVector128Unsafe());
        return Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<uint> Four(byte* condition) =>
        Vector128.WidenLower(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(condition)).AsByte()));
}

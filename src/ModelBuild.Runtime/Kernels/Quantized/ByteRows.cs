using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Fills and copies of short rows of bytes in place of those of spans, which are calls into code that was compiled for any processor. Nothing outside a row is touched.</summary>
internal static unsafe class ByteRows
{
    private const int Wide = 64;
    private const int Narrow = 16;

    /// <summary>Sets <paramref name="bytes"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Fill(byte* target, nint bytes, byte value)
    {
        if (bytes >= Wide)
        {
            Vector512<byte> values = Vector512.Create(value);
            for (nint done = 0; done < bytes - Wide; done += Wide)
            {
                values.Store(target + done);
            }

            values.Store(target + bytes - Wide);
            return;
        }

        if (bytes >= Narrow)
        {
            for (nint done = 0; done < bytes - Narrow; done += Narrow)
            {
                Vector128.Create(value).Store(target + done);
            }

            Vector128.Create(value).Store(target + bytes - Narrow);
        }
        else if (bytes >= sizeof(ulong))
        {
            ulong values = value * 0x0101010101010101ul;
            Unsafe.WriteUnaligned(target, values);
            Unsafe.WriteUnaligned(target + bytes - sizeof(ulong), values);
        }
        else
        {
            for (int i = 0; i < bytes; i++)
            {
                target[i] = value;
            }
        }
    }

    /// <summary>Copies <paramref name="bytes"/> bytes between rows that do not overlap.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Copy(byte* source, byte* target, int bytes)
    {
        // The last vector overlaps the one before it.
        if (bytes >= Wide)
        {
            for (int done = 0; done < bytes - Wide; done += Wide)
            {
                Vector512.Load(source + done).Store(target + done);
            }

            Vector512.Load(source + bytes - Wide).Store(target + bytes - Wide);
        }
        else if (bytes >= Narrow)
        {
            for (int done = 0; done < bytes - Narrow; done += Narrow)
            {
                Vector128.Load(source + done).Store(target + done);
            }

            Vector128.Load(source + bytes - Narrow).Store(target + bytes - Narrow);
        }
        else if (bytes >= sizeof(ulong))
        {
            ulong first = Unsafe.ReadUnaligned<ulong>(source);
            ulong last = Unsafe.ReadUnaligned<ulong>(source + bytes - sizeof(ulong));
            Unsafe.WriteUnaligned(target, first);
            Unsafe.WriteUnaligned(target + bytes - sizeof(ulong), last);
        }
        else
        {
            for (int i = 0; i < bytes; i++)
            {
                target[i] = source[i];
            }
        }
    }
}

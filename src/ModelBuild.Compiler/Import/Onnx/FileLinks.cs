using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ModelBuild.Compiler.Import.Onnx;

/// <summary>Counts the names (hard links) of an open file, which .NET does not offer.</summary>
internal static partial class FileLinks
{
    private const int AtEmptyPath = 0x1000;
    private const uint StatxNlink = 0x4;

    /// <summary>Number of hard links.</summary>
    /// <exception cref="IOException">The system cannot tell.</exception>
    public static long CountOf(SafeFileHandle handle)
    {
        // Larger than every form of the structures; only the link count is read.
        Span<byte> buffer = stackalloc byte[512];
        buffer.Clear();
        if (OperatingSystem.IsLinux())
        {
            Check(Statx((int)handle.DangerousGetHandle(), "", AtEmptyPath, StatxNlink, ref MemoryMarshal.GetReference(buffer)) == 0);
            return BinaryPrimitives.ReadUInt32LittleEndian(buffer[16..]);
        }

        if (OperatingSystem.IsWindows())
        {
            Check(GetFileInformationByHandle(handle, ref MemoryMarshal.GetReference(buffer)) != 0);
            return BinaryPrimitives.ReadUInt32LittleEndian(buffer[40..]);
        }

        if (OperatingSystem.IsMacOS())
        {
            int descriptor = (int)handle.DangerousGetHandle();
            ref byte start = ref MemoryMarshal.GetReference(buffer);
            Check((RuntimeInformation.ProcessArchitecture == Architecture.X64 ? FStatInode64(descriptor, ref start) : FStat(descriptor, ref start)) == 0);
            return BinaryPrimitives.ReadUInt16LittleEndian(buffer[6..]);
        }

        throw new IOException("Hard links cannot be counted on this system.");
    }

    private static void Check(bool succeeded)
    {
        if (!succeeded)
        {
            throw new IOException($"Hard links cannot be counted (error {Marshal.GetLastPInvokeError()}).");
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int descriptor, string path, int flags, uint mask, ref byte result);

    [LibraryImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static partial int FStat(int descriptor, ref byte result);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static partial int FStatInode64(int descriptor, ref byte result);

    [LibraryImport("kernel32", SetLastError = true)]
    private static partial int GetFileInformationByHandle(SafeFileHandle handle, ref byte result);
}

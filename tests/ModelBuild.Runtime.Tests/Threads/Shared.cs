using System.Runtime.InteropServices;

namespace ModelBuild.Runtime.Tests.Threads;

/// <summary>Compares what a kernel computes alone with what it computes on threads, bit by bit.</summary>
internal static class Shared
{
    private const int Repeats = 3;

    private static readonly int[] s_threads = [2, 3, 8];

    /// <summary>Runs a kernel that is large enough to be shared with every number of threads.</summary>
    /// <param name="length">The elements of the result.</param>
    /// <param name="kernel">Computes the result; what it holds before is the same every time.</param>
    internal static void Check<T>(int length, Action<T[]> kernel)
        where T : unmanaged
    {
        byte[] alone = Run(length, kernel);
        foreach (int threads in s_threads)
        {
            using var team = new ThreadTeam(threads);
            team.State.Policy.IsEager = true;
            for (int repeat = 0; repeat < Repeats; repeat++)
            {
                using (team.Use())
                {
                    Assert.True(alone.AsSpan().SequenceEqual(Run(length, kernel)), $"{threads} threads compute something else than one.");
                }
            }

            Assert.True(team.State.Regions >= Repeats, "The kernel did not share its work.");
        }
    }

    private static byte[] Run<T>(int length, Action<T[]> kernel)
        where T : unmanaged
    {
        T[] result = new T[length];
        MemoryMarshal.AsBytes(result.AsSpan()).Fill(0x3d);
        kernel(result);
        return MemoryMarshal.AsBytes(result.AsSpan()).ToArray();
    }
}

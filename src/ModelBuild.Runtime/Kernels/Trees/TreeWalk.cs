using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>The way from roots to leaves. Four trees are walked at once and without branches, as each step waits for memory and its outcome cannot be foretold.</summary>
internal static class TreeWalk
{
    /// <summary>Trees that are walked at once.</summary>
    public const int Width = 4;

    /// <summary>The nodes behind their bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref TreeNode<T> NodesOf<T>(ReadOnlySpan<byte> nodes)
        where T : unmanaged => ref Unsafe.As<byte, TreeNode<T>>(ref MemoryMarshal.GetReference(nodes));

    /// <summary>Moves four positions to their leaves. NaN goes to the right. After the given steps every position is at a leaf, where it stays; with 0 that is found out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Four<T>(ref TreeNode<T> nodes, ref T row, ref int a, ref int b, ref int c, ref int d, int steps)
        where T : unmanaged, INumber<T>
    {
        if (steps > 0)
        {
            do
            {
                Step(ref nodes, ref row, ref a);
                Step(ref nodes, ref row, ref b);
                Step(ref nodes, ref row, ref c);
                Step(ref nodes, ref row, ref d);
            }
            while (--steps > 0);
            return;
        }

        int moving;
        do
        {
            moving = Step(ref nodes, ref row, ref a) | Step(ref nodes, ref row, ref b) | Step(ref nodes, ref row, ref c) | Step(ref nodes, ref row, ref d);
        }
        while (moving != 0);
    }

    /// <summary>The leaf of one tree. NaN goes to the right.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int One<T>(ref TreeNode<T> nodes, ref T row, int root)
        where T : unmanaged, INumber<T>
    {
        int position = root;
        while (Step(ref nodes, ref row, ref position) != 0)
        {
        }

        return position;
    }

    /// <summary>The leaf of one tree for a row that has NaN, where <paramref name="nanLeft"/> tells the nodes at which it goes to the left.</summary>
    public static int Missing<T>(ref TreeNode<T> nodes, ref T row, int root, ReadOnlySpan<byte> nanLeft)
        where T : unmanaged, INumber<T>
    {
        int position = root;
        while (true)
        {
            ref TreeNode<T> node = ref Unsafe.Add(ref nodes, position);
            if (node.Delta == 0)
            {
                return position;
            }

            T value = Unsafe.Add(ref row, node.Feature);
            bool left = value <= node.Threshold || (T.IsNaN(value) && nanLeft[position] != 0);
            position = node.Left + (left ? 0 : node.Delta);
        }
    }

    /// <summary>True when an element is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static bool AnyNaN<T>(ReadOnlySpan<T> row)
        where T : unmanaged, INumber<T>
    {
        int i = 0;
        for (; i <= row.Length - Vector<T>.Count; i += Vector<T>.Count)
        {
            Vector<T> value = new(row[i..]);
            if (!Vector.EqualsAll(value, value))
            {
                return true;
            }
        }

        for (; i < row.Length; i++)
        {
            if (T.IsNaN(row[i]))
            {
                return true;
            }
        }

        return false;
    }

    // One step down; the delta of the node that was left, which is 0 at a leaf only.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Step<T>(ref TreeNode<T> nodes, ref T row, ref int position)
        where T : unmanaged, INumber<T>
    {
        ref TreeNode<T> node = ref Unsafe.Add(ref nodes, position);
        bool left = Unsafe.Add(ref row, node.Feature) <= node.Threshold;
        int delta = node.Delta;
        position = node.Left + (delta & (Unsafe.BitCast<bool, byte>(left) - 1));
        return delta;
    }
}

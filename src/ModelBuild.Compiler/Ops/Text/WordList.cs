using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Text;

/// <summary>A list of words as the kernels of <see cref="Words"/> take it. Of equal words the first one is found.</summary>
internal static class WordList
{
    /// <summary>The arguments <c>chars</c>, <c>starts</c> and <c>slots</c>.</summary>
    public static (string Name, StepValue Value)[] Arguments(ILoweringContext context, IReadOnlyList<string> words)
    {
        int[] starts = new int[words.Count + 1];
        for (int i = 0; i < words.Count; i++)
        {
            starts[i + 1] = checked(starts[i] + words[i].Length);
        }

        int[] slots = new int[BitOperations.RoundUpToPowerOf2((uint)(2 * words.Count) + 1)];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < words.Count; i++)
        {
            if (!seen.Add(words[i]))
            {
                continue;
            }

            int slot = (int)Words.Hash(words[i]) & (slots.Length - 1);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = i + 1;
        }

        return
        [
            ("chars", context.Weights(Tensor.Vector<ushort>([.. words.SelectMany(w => w).Select(c => (ushort)c)]))),
            ("starts", context.Weights(Tensor.Vector<int>(starts))),
            ("slots", context.Weights(Tensor.Vector<int>(slots))),
        ];
    }
}

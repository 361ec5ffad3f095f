using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Compiles a graph whose sizes are given with every call.</summary>
internal static class SizedCompiler
{
    /// <summary>Finds out what must not be folded, and plans.</summary>
    /// <param name="compile">Rewrites the graph for a choice of sizes; it must not fold what the second argument forbids.</param>
    /// <param name="allowsWinograd">True where convolutions may be computed by minimal filtering.</param>
    /// <param name="names">C# names for inputs and outputs by their names in the model.</param>
    public static SizedPlan Compile(
        IReadOnlyList<PlanDim> dims, Func<IReadOnlyList<long>, SizeDependence, Graph> compile, IReadOnlyDictionary<string, string>? names, bool allowsWinograd, CancellationToken cancellation)
    {
        int calls = dims.Count;
        Func<IReadOnlyList<long>, SizeDependence, Graph> rewrite = (sizes, dependence) =>
        {
            try
            {
                dependence.Begin([.. sizes.Skip(calls)]);
                return compile([.. sizes.Take(calls)], dependence);
            }
            catch (ModelBuildException e)
            {
                if (sizes.Count > calls)
                {
                    throw new ModelBuildException(Diagnostic.InSetting(
                        Descriptors.SizeDependence,
                        Options.MetadataNames.Dims,
                        $"The model has sizes that depend on values, and not every choice of them fits together, so that they cannot be told apart from numbers: {e.Diagnostics[0].Message} Make what they depend on constant, or do this part in C#."));
                }

                throw new ModelBuildException([.. e.Diagnostics.Select(d => d with { Message = $"At {RunTimeSizes.Text(dims, sizes)}: {d.Message}" })]);
            }
        };
        SizeDependence dependence = new();
        dims = CountedSizes.Find(dims, sizes => rewrite(sizes, dependence), dependence);
        IReadOnlyList<PlanDim> allowed = dims;
        dims = AllowedCounts.Find(dims, sizes => rewrite(sizes, dependence), dependence);

        // What operators say themselves is what they are looked at from, and they check it.
        long[] needed = [.. dims.Select((d, i) => d.Minimum > allowed[i].Minimum ? d.Minimum : 0)];
        dependence.TakeRecord();
        return new SizedPlanner(dims, needed, sizes => rewrite(sizes, dependence), allowsWinograd, cancellation).Plan(names);
    }
}
